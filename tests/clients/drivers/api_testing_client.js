// Wikimedia's api-testing: its action client, made for testing MediaWiki itself; it has no logout. Mode: login.
'use strict';
const assert = require('assert');
const fs = require('fs');
const { api, name, account, password, step, refused, signedIn, csrf, signedOut, run } = require('./steps');

const address = new URL(api);
fs.writeFileSync('api-testing.json', JSON.stringify({
  base_uri: address.origin + address.pathname.replace(/api\.php$/, ''),
  main_page: 'Main_Page',
  root_user: { name, password },
  secret_key: 'none',
  extra_parameters: {},
}));
process.env.API_TESTING_CONFIG_FILE = `${process.cwd()}/api-testing.json`;
const { action } = require('api-testing');

run(async () => {
  step('version', require('api-testing/package.json').version);
  const client = action.getAnon();
  try {
    await client.account(name, password);
  } catch (failure) {
    refused(failure.message);
  }
  assert.equal(client.username, account);
  step('login');

  const info = await client.meta('userinfo', {});
  assert.equal(info.id, client.userid);
  signedIn(info);
  const token = await client.token('csrf');
  csrf(token);

  assert.deepEqual(await client.action('logout', { token }, true), {});
  signedOut(await client.meta('userinfo', {}));
  assert.equal((await client.actionError('query', { meta: 'userinfo', assert: 'user' })).code, 'assertuserfailed');
  step('logout', 'posted; it has none');
});
