/*
 * One module of the API as a part of the form: what it is, a field for each parameter, the fields that providers ask for.
 *
 * Promises to show nothing of its own making but what paraminfo and authmanagerinfo tell.
 */

import { Field, make, prose } from './api_field.js';

// The login token of action=login is checked by the module and not by the framework, so paraminfo does not name its type.
const TOKENS = { 'login:token': 'login' };
const KINDS = { checkbox: 'boolean', button: 'boolean', password: 'password' };

export class Section {
  /** info: the module's node of paraminfo. shut: folded up, under this headline. without: parameters that are shown elsewhere. */
  constructor(info, { tools, shut = '', without = [] }) {
    this.info = info;
    this.fields = [];
    this._asked = null;
    this._tools = tools;
    const { say } = tools;
    const params = info.parameters.filter(({ name }) => !without.includes(name));
    this._list = make('div', {}, ...params.filter(usable).map((param) => this._add(param)));
    if (shut) {
      this.element = make('details', { className: 'module' }, make('summary', {}, shut), this._list);
      return;
    }
    const heading = info.group === 'action' ? `action=${info.name}` : `${info.group}=${info.name}`;
    const flags = [
      info.mustbeposted && say('wikigate-sandbox-posted'),
      info.writerights && say('wikigate-sandbox-writes'),
      info.deprecated && say('apisandbox-deprecated-parameters'),
    ].filter(Boolean).map((flag) => make('span', { className: 'chip' }, flag));
    const about = make('div', { className: 'about' });
    const help = make('a', { href: `${tools.help}/${encodeURIComponent(info.path)}` }, say('wikigate-sandbox-help', info.path));
    about.append(prose(info.description));
    const [, ...more] = about.children;
    if (more.length) {
      about.append(make('details', {}, make('summary', {}, say('wikigate-sandbox-more')), ...more));
    }
    about.append(make('p', {}, help));
    const examples = this._examples();
    this.element = make('section', { className: 'module' }, make('h3', {}, make('code', {}, heading), ' ', ...flags), about);
    this.element.append(...(examples ? [examples] : []), this._list, ...(info.dynamicparameters ? [this._providers()] : []));
  }

  /** Offer the fields of authentication requests, as authmanagerinfo or an answer of the module gives them. */
  offer(requests) {
    for (const [name, field] of requests.flatMap((request) => Object.entries(request.fields))) {
      if (field.type === 'null') {
        this._asked.append(make('p', { className: 'help' }, [field.label, field.value, field.help].filter(said).join(' ')));
      } else {
        let mine = this.fields.find((one) => one.name === name);
        if (!mine) {
          this._asked.append(this._add(described(name, field), ''));
          mine = this.fields.at(-1);
        }
        if (said(field.value)) {
          mine.value = field.value;
        }
      }
    }
  }

  _add(param, prefix = this.info.prefix) {
    const tokenType = param.tokentype ?? TOKENS[`${this.info.path}:${param.name}`];
    const field = new Field({ ...param, name: prefix + param.name }, { ...this._tools, tokenType });
    this.fields.push(field);
    return field.element;
  }

  _examples() {
    const { examples = [] } = this.info;
    if (!examples.length) {
      return null;
    }
    const items = examples.map(({ query, description }) => {
      const item = make('li');
      item.append(prose(description), make('br'), make('a', { href: `#${query}` }, query));
      return item;
    });
    return make('details', {}, make('summary', {}, this._tools.say('apisandbox-examples')), make('ul', {}, ...items));
  }

  _providers() {
    const { say, fetchFields } = this._tools;
    const about = make('div', { className: 'help' });
    about.append(prose(this.info.dynamicparameters));
    this._asked = make('div');
    const operation = /amirequestsfor=([a-z-]+)/.exec(about.textContent)?.[1];
    const button = make('button', { type: 'button' }, say('wikigate-sandbox-fetch-fields'));
    button.addEventListener('click', () => fetchFields(this, operation));
    return make('div', { className: 'param' }, about, make('p', {}, button), this._asked);
  }
}

/** Whether something is a text that says anything: messages can come in other forms too. */
function said(text) {
  return typeof text === 'string' && text !== '';
}

/** Whether there is anything to choose: a wiki may have no generator. */
function usable({ type }) {
  return !Array.isArray(type) || type.length > 0;
}

/** A field of an authentication request, as paraminfo would describe it. */
function described(name, { type, label, help, sensitive, options }) {
  const description = make('p', {}, said(help) ? help : '').outerHTML;
  const labels = options && Object.fromEntries(Object.entries(options).map(([value, text]) => [value, `${value}: ${text}`]));
  const kind = options ? Object.keys(options) : KINDS[type] ?? 'string';
  return { name, label: said(label) ? label : '', description, sensitive, labels, type: kind, multi: type === 'multiselect' };
}
