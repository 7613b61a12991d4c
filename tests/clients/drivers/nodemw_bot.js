// nodemw: the NeedToken handshake with an empty lgdomain; it has no logout. Mode: needtoken.
'use strict';
const assert = require('assert');
const Bot = require('nodemw');
const { api, name, account, password, step, refused, signedIn, csrf, signedOut, run } = require('./steps');

const address = new URL(api);
const bot = new Bot({
  protocol: address.protocol.replace(':', ''),
  server: address.hostname,
  port: address.port || undefined,
  path: address.pathname.replace(/\/api\.php$/, ''),
  userAgent: 'wikigate-tests nodemw',
});
const done = (ask) => new Promise((ok, no) => ask((error, data) => error ? no(error) : ok(data)));

run(async () => {
  step('version', require('nodemw/package.json').version);
  let answer;
  try {
    answer = await done((callback) => bot.logIn(name, password, callback));
  } catch (failure) {
    refused(failure.message);
  }
  assert.equal(answer.result, 'Success');
  assert.equal(answer.lgusername, account);
  step('login');

  signedIn(await done((callback) => bot.whoami(callback)));
  const token = await done((callback) => bot.getToken('Main Page', 'edit', callback));
  csrf(token);

  await new Promise((ok, no) => bot.api.call({ action: 'logout', token }, (error) => error ? no(error) : ok(), 'POST'));
  signedOut(await done((callback) => bot.whoami(callback)));
  step('logout', 'posted; it has none');
});
