/*
 * Special:ApiSandbox: a form for every module of the API, made of paraminfo; the request in several spellings; the answer.
 *
 * The state is in the fragment of the address, as a query: it is read when the page comes and when it changes, and follows the form.
 * Secrets never get there, nor into what is shown. Talks to this wiki's api.php and to nothing else.
 */

import { Extra } from './api_extra.js';
import { make } from './api_field.js';
import { Section } from './api_section.js';
import { address, curl, encoded, python } from './api_snippets.js';
import { show } from './api_answer.js';

const START = 'action=query&meta=userinfo&uiprop=groups|rights';
// Beyond this a query is posted: servers cut long addresses.
const LONGEST_QUERY = 7500;
const CHOSEN = ['action', 'format'];

const form = document.getElementById('mw-apisandbox');
const at = (id) => document.getElementById(id);
const texts = JSON.parse(form.dataset.texts);
const api = new URL(form.dataset.api, location.href).href;

function say(key, ...params) {
  return texts[key].replace(/\$(\d)/g, (_, number) => params[number - 1] ?? '');
}

function complain(text) {
  at('trouble').textContent = text;
  at('trouble').hidden = !text;
}

/** Ask the API itself, in JSON; throws an Error with its words where it refuses. */
async function ask(params) {
  const query = encoded({ format: 'json', formatversion: '2', uselang: form.dataset.language, errorformat: 'plaintext', ...params });
  const answer = await (await fetch(`${api}?${query}`, { credentials: 'same-origin' })).json();
  const trouble = [...(answer.errors ?? []), ...(answer.warnings ?? [])];
  if (trouble.length) {
    throw new Error(trouble.map(({ text }) => text).join(' '));
  }
  return answer;
}

async function fetchToken(type) {
  try {
    return (await ask({ action: 'query', meta: 'tokens', type })).query.tokens[`${type}token`];
  } catch (error) {
    complain(say('wikigate-sandbox-token-failed', error.message));
    return null;
  }
}

async function fetchFields(section, operation) {
  complain('');
  try {
    const found = await ask({ action: 'query', meta: 'authmanagerinfo', amirequestsfor: operation });
    offer(section, found.query.authmanagerinfo.requests);
  } catch (error) {
    complain(say('wikigate-sandbox-token-failed', error.message));
  }
}

const tools = { say, fetchToken, fetchFields, help: form.dataset.help };

// -- modules ---------------------------------------------------------------------------------------------------------------------

const infos = new Map();
/** The parts of the form by module path, in their order. */
let sections = new Map();
/** Values of parameters that no field shows just now: of a module that may come back. */
const attic = new Map();
/** Each arrangement gives way to a later one. */
let turn = 0;

async function load(paths) {
  const missing = paths.filter((path) => !infos.has(path));
  if (!missing.length) {
    return;
  }
  const { paraminfo } = await ask({ action: 'paraminfo', modules: missing.join('|'), helpformat: 'html' });
  paraminfo.modules.forEach((info) => infos.set(info.path, info));
}

function fields() {
  return [...sections.values()].flatMap((section) => section.fields);
}

/** The modules that the choices so far call for, in the order of the form. */
function wanted() {
  const main = infos.get('main').parameters;
  const path = (name) => main.find((param) => param.name === name).submodules[at(name).value];
  const found = [path('action')];
  for (const { submodules, value } of sections.get(found[0])?.fields ?? []) {
    found.push(...(submodules && value ? value.split('|').map((one) => submodules[one]).filter(Boolean) : []));
  }
  return [...found, path('format'), 'main'];
}

function sectionOf(path) {
  const info = infos.get(path);
  const options = { tools };
  if (path === 'main') {
    options.shut = say('wikigate-sandbox-main-parameters');
    options.without = CHOSEN;
  } else if (info.group === 'format') {
    options.shut = say('wikigate-sandbox-format-parameters', info.name);
  }
  return new Section(info, options);
}

/** Show the modules that are called for. Values wait in the attic until their field is there. */
async function arrange() {
  const mine = turn += 1;
  let paths = wanted();
  for (let before = ''; before !== paths.join(); paths = wanted()) {
    before = paths.join();
    await load(paths);
    if (mine !== turn) {
      return false;
    }
    fields().forEach((field) => keep(field));
    sections = new Map(paths.map((path) => [path, sections.get(path) ?? sectionOf(path)]));
    fields().forEach((field) => claim(field));
  }
  const shown = [...sections].map(([path, section]) => [path, section.element]);
  const isGeneral = (path) => path === 'main' || infos.get(path).group === 'format';
  swap(at('modules'), shown.filter(([path]) => !isGeneral(path)));
  swap(at('general'), shown.filter(([path]) => isGeneral(path)));
  return true;
}

/** Change the children of an element, and leave those alone that stay: the focus may be in one. */
function swap(element, shown) {
  const elements = shown.map(([, one]) => one);
  [...element.children].filter((child) => !elements.includes(child)).forEach((child) => child.remove());
  elements.forEach((one, index) => {
    if (element.children[index] !== one) {
      element.insertBefore(one, element.children[index] ?? null);
    }
  });
}

function keep(field) {
  if (field.value === null) {
    attic.delete(field.name);
  } else {
    attic.set(field.name, field.value);
  }
}

function claim(field) {
  const row = extras.find((one) => one.name === field.name);
  if (row) {
    attic.set(field.name, row.value);
    drop(row);
  }
  if (attic.has(field.name)) {
    field.value = attic.get(field.name);
  }
}

// -- parameters by name ----------------------------------------------------------------------------------------------------------

let extras = [];

function addExtra(name = '', value = '') {
  const row = new Extra(name, value, {
    say,
    isField: (one) => fields().some((field) => field.name === one),
    removed: () => {
      drop(row);
      at('add').focus();
      tell();
    },
  });
  extras.push(row);
  at('extra-rows').append(row.element);
  at('extras').open = true;
  return row;
}

function drop(row) {
  extras = extras.filter((one) => one !== row);
  row.element.remove();
}

// -- the request -----------------------------------------------------------------------------------------------------------------

/** What would be sent now. A token that nobody filled in is left for later: it has a tokenType. */
function request() {
  const chosen = CHOSEN.map((name) => ({ name, value: at(name).value, secret: false, tokenType: '' }));
  const filled = fields().map((field) => {
    const { name, value, secret } = field;
    const fresh = value === null && field.tokenType;
    return { name, value: fresh ? '' : value, secret, tokenType: fresh ? field.tokenType : '' };
  }).filter(({ value }) => value !== null);
  const others = extras.filter(({ name }) => name).map(({ name, value, secret }) => ({ name, value, secret, tokenType: '' }));
  const params = [...chosen, ...filled, ...others];
  const length = encoded(params.map(({ name, value }) => [name, value])).length;
  const mustBePosted = [...sections.values()].some(({ info }) => info.mustbeposted);
  const posted = mustBePosted || params.some(({ secret }) => secret) || length > LONGEST_QUERY;
  return { api, posted, params };
}

/** Say the request in all its spellings, and in the address of this page. */
function tell() {
  const now = request();
  at('url').textContent = address(now);
  at('curl').textContent = curl(now);
  at('python').textContent = python(now);
  const open = now.params.filter(({ secret }) => !secret).map(({ name, value }) => [name, value]);
  history.replaceState(null, '', `#${encoded(open)}`);
}

async function run() {
  complain('');
  const status = at('status');
  status.textContent = say('apisandbox-sending-request');
  const { posted, params } = request();
  for (const param of params.filter(({ tokenType }) => tokenType)) {
    param.value = await fetchToken(param.tokenType);
    if (param.value === null) {
      status.textContent = '';
      return;
    }
  }
  const body = new URLSearchParams(params.map(({ name, value }) => [name, value]));
  const began = performance.now();
  try {
    const url = posted ? api : `${api}?${body}`;
    const response = await fetch(url, { method: posted ? 'POST' : 'GET', body: posted ? body : null, credentials: 'same-origin' });
    const answer = { status: response.status, statusText: response.statusText, headers: response.headers, body: await response.text() };
    status.textContent = show(at('answer'), { ...answer, milliseconds: performance.now() - began }, say);
    goOn(answer);
    at('answer-head').focus();
  } catch (error) {
    status.textContent = '';
    at('answer').replaceChildren();
    complain(say('apisandbox-results-error', error.message));
  }
}

/** Where a conversation asks for more, offer to fill it in. */
function goOn({ body }) {
  const section = [...sections.values()].find(({ info }) => info.dynamicparameters);
  let node;
  try {
    node = JSON.parse(body)[section.info.name];
  } catch {
    return;
  }
  if (node?.status !== 'UI' && node?.status !== 'REDIRECT') {
    return;
  }
  const button = make('button', { type: 'button', className: 'primary' }, say('wikigate-sandbox-answer-asks'));
  button.addEventListener('click', () => {
    const more = section.fields.find(({ name }) => name === `${section.info.prefix}continue`);
    more.value = '1';
    offer(section, node.requests);
  });
  at('answer').prepend(make('p', {}, button));
}

function offer(section, requests) {
  const before = section.fields.length;
  section.offer(requests);
  section.fields.slice(before).forEach((field) => claim(field));
  const names = requests.flatMap((one) => Object.keys(one.fields));
  section.fields.find(({ name }) => names.includes(name))?.focus();
  tell();
}

// -- the page --------------------------------------------------------------------------------------------------------------------

function fill(select, name) {
  const { submodules } = infos.get('main').parameters.find((param) => param.name === name);
  select.replaceChildren(...Object.keys(submodules).map((value) => new Option(value, value)));
}

/** Fill the form in as a query says. */
async function open(query) {
  complain('');
  const values = new URLSearchParams(query);
  const format = values.get('format') ?? 'json';
  if (format.startsWith('json') && !values.has('formatversion')) {
    values.set('formatversion', '2');
  }
  for (const [name, value] of [['action', values.get('action') ?? 'query'], ['format', format]]) {
    if (![...at(name).options].some((one) => one.value === value)) {
      at(name).append(new Option(value, value));
    }
    at(name).value = value;
  }
  attic.clear();
  extras.forEach((row) => drop(row));
  sections = new Map();
  for (const [name, value] of values) {
    attic.set(name, value);
  }
  CHOSEN.forEach((name) => attic.delete(name));
  if (!(await attempt())) {
    return;
  }
  const known = new Set(fields().map(({ name }) => name));
  [...attic].filter(([name]) => !known.has(name)).forEach(([name, value]) => addExtra(name, value));
  attic.clear();
  tell();
}

/** Arrange the form; false where that went wrong or another arrangement has come between. */
async function attempt() {
  try {
    return await arrange();
  } catch (error) {
    complain(say('apisandbox-load-error', error.message));
    return false;
  }
}

/** Put a button to copy beside each spelling, where the browser lets pages copy. */
function offerCopies() {
  for (const place of navigator.clipboard ? form.querySelectorAll('.code') : []) {
    const code = place.querySelector('code');
    const button = make('button', { type: 'button', className: 'copy' }, say('wikigate-sandbox-copy'));
    button.setAttribute('aria-describedby', `${code.id}-head`);
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(code.textContent);
      at('status').textContent = say('wikigate-sandbox-copied');
    });
    place.append(button);
  }
}

async function start() {
  form.hidden = false;
  at('status').dataset.first = at('status').textContent;
  at('modules').textContent = say('apisandbox-loading');
  try {
    await load(['main']);
  } catch (error) {
    at('modules').textContent = '';
    complain(say('apisandbox-load-error', error.message));
    return;
  }
  at('modules').textContent = '';
  CHOSEN.forEach((name) => fill(at(name), name));
  offerCopies();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    run();
  });
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    at('answer').replaceChildren();
    at('status').textContent = at('status').dataset.first;
    open(START);
  });
  form.addEventListener('input', async (event) => {
    const choosesModules = CHOSEN.includes(event.target.id) || fields().some((field) => field.submodules && field.element.contains(event.target));
    if (!choosesModules || await attempt()) {
      tell();
    }
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  at('add').addEventListener('click', () => addExtra().focus());
  window.addEventListener('hashchange', () => open(location.hash.slice(1)));
  await open(location.hash.slice(1) || START);
  form.dataset.ready = 'true';
}

start();
