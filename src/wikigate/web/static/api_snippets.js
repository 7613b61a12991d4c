/*
 * One request, written for others: as an address, for curl, in Python.
 *
 * A request is {api, posted, params}; a parameter is {name, value, secret, tokenType}. Promises that no secret stands in what it writes:
 * in the address it is masked, programs read it from the environment. A parameter with a tokenType has its token fetched first.
 */

const MASK = '•••';
const BREAK = ' \\\n  ';

/** Encode a query or a form, and leave as they are the signs that people look for in such addresses. */
export function encoded(pairs) {
  return new URLSearchParams(pairs).toString()
    .replace(/%7C/g, '|').replace(/%2F/g, '/').replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%2A/g, '*');
}

/** The request as one reads it: its method and address, and below it the body, if it has one. */
export function address({ api, posted, params }) {
  const shown = params.map(({ name, value, secret }) =>
    `${encoded([[name, '']])}${secret ? MASK : encoded([['', value]]).slice(1)}`).join('&');
  return posted ? `POST ${api}\n${shown}` : `GET ${api}?${shown}`;
}

/** The environment variable that holds a secret. */
function variable(name) {
  return `MW_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

function tokenQuery(type) {
  return [['action', 'query'], ['meta', 'tokens'], ['type', type], ['format', 'json'], ['formatversion', '2']];
}

function quoted(text) {
  return `'${text.replace(/'/g, "'\\''")}'`;
}

/** A command for a POSIX shell; jq reads the token. */
export function curl({ api, posted, params }) {
  if (!posted) {
    return `curl -sS ${quoted(`${api}?${encoded(params.map(({ name, value }) => [name, value]))}`)}`;
  }
  const type = params.find(({ tokenType }) => tokenType)?.tokenType;
  const first = type ? [
    'jar=$(mktemp)',
    `token=$(curl -sS -c "$jar" ${quoted(`${api}?${encoded(tokenQuery(type))}`)} | jq -r .query.tokens.${type}token)`,
  ] : [];
  const fields = params.map(({ name, value, secret, tokenType }) => {
    const key = encodeURIComponent(name);
    if (tokenType) {
      return `--data-urlencode "${key}=$token"`;
    }
    return `--data-urlencode ${secret ? `"${key}=\${${variable(name)}:?}"` : quoted(`${key}=${value}`)}`;
  });
  return [...first, [`curl -sS ${type ? '-b "$jar" ' : ''}${quoted(api)}`, ...fields].join(BREAK)].join('\n');
}

/** A Python program; what a JSON string is, is a Python string too. */
export function python({ api, posted, params }) {
  const type = params.find(({ tokenType }) => tokenType)?.tokenType;
  const dictionary = (pairs) => `{\n${pairs.map(([name, value]) => `    ${JSON.stringify(name)}: ${value},\n`).join('')}}`;
  const values = params.map(({ name, value, secret, tokenType }) => {
    if (tokenType) {
      return [name, 'token'];
    }
    return [name, secret ? `os.environ[${JSON.stringify(variable(name))}]` : JSON.stringify(value)];
  });
  const lines = ['import requests', '', `API = ${JSON.stringify(api)}`, 'session = requests.Session()'];
  if (params.some(({ secret, tokenType }) => secret && !tokenType)) {
    lines.unshift('import os', '');
  }
  if (type) {
    const query = dictionary(tokenQuery(type).map(([name, value]) => [name, JSON.stringify(value)]));
    lines.push(`tokens = session.get(API, params=${query}).json()["query"]["tokens"]`, `token = tokens["${type}token"]`);
  }
  lines.push(`answer = session.${posted ? 'post(API, data' : 'get(API, params'}=${dictionary(values)})`, 'print(answer.text)');
  return lines.join('\n');
}
