/*
 * An answer of the API, shown: status, time, what headers say, the body in a form that people read.
 *
 * Promises that nothing in an answer can act: all of it becomes text.
 */

import { make } from './api_field.js';

const JSON_PART = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Show an answer in an element; answer: {status, statusText, headers, body, milliseconds}. Returns one line that says it. */
export function show(element, answer, say) {
  const { status, statusText, headers, body, milliseconds } = answer;
  const told = (text, kind = '') => make('p', { className: `message ${kind}` }, text);
  const code = headers.get('MediaWiki-API-Error');
  const type = headers.get('Content-Type') ?? '';
  const rows = [...headers].map(([name, value]) =>
    make('tr', {}, make('th', { scope: 'row' }, make('code', {}, name)), make('td', {}, make('code', {}, value))));
  const table = make('table', {}, make('caption', {}, 'HTTP'), make('tbody', {}, ...rows));
  const shown = make('code');
  shown.append(...pretty(body, type));
  element.replaceChildren(
    ...(code ? [told(say('wikigate-sandbox-error-code', code), 'error')] : []),
    ...(headers.has('MediaWiki-Login-Suppressed') ? [told(say('apisandbox-results-login-suppressed'))] : []),
    make('pre', { role: 'group', tabIndex: 0, id: 'body', 'aria-labelledby': 'answer-head' }, shown),
    make('details', {}, make('summary', {}, `HTTP ${status} ${statusText}`), make('div', { className: 'wide' }, table)),
  );
  const size = new TextEncoder().encode(body).length.toLocaleString();
  return `${status} ${statusText} · ${say('apisandbox-request-time', Math.round(milliseconds))} · ${size} B`;
}

function pretty(body, type) {
  if (type.includes('json')) {
    try {
      return coloured(JSON.stringify(JSON.parse(body), null, 2));
    } catch {
      return [body];
    }
  }
  if (type.includes('xml')) {
    const tree = new DOMParser().parseFromString(body, 'application/xml');
    return [tree.querySelector('parsererror') ? body : indented(tree.documentElement, '')];
  }
  return [body];
}

function* coloured(text) {
  let end = 0;
  for (const match of text.matchAll(JSON_PART)) {
    const [whole, string, colon] = match;
    yield text.slice(end, match.index);
    const kind = colon ? 'key' : string ? 'string' : 'atom';
    yield make('span', { className: kind }, string ?? whole);
    yield colon ?? '';
    end = match.index + whole.length;
  }
  yield text.slice(end);
}

function indented(node, indent) {
  if (![...node.childNodes].some((child) => child.nodeType === Node.ELEMENT_NODE)) {
    return indent + new XMLSerializer().serializeToString(node);
  }
  const inside = [...node.childNodes].map((child) =>
    child.nodeType === Node.ELEMENT_NODE ? indented(child, `${indent}  `) : `${indent}  ${child.textContent}`);
  const [open] = new XMLSerializer().serializeToString(node.cloneNode(false)).split('/>');
  return [`${indent}${open}>`, ...inside, `${indent}</${node.nodeName}>`].join('\n');
}
