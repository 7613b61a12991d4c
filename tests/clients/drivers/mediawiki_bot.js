// npm's mediawiki (2014): one request or the handshake, its parameters in the query string, a logout without a token. Mode: old.
'use strict';
const assert = require('assert');
const MediaWiki = require('mediawiki');
const { api, name, account, password, step, refused, signedIn, signedOut, run } = require('./steps');

const bot = new MediaWiki.Bot({ endpoint: api, rate: 1, userAgent: 'wikigate-tests mediawiki' });
const done = (promise) => new Promise((ok, no) => promise.complete((...values) => ok(values)).error(no));
const userinfo = async () => (await new Promise((ok, no) => bot.get({ action: 'query', meta: 'userinfo' }, false).complete(ok).error(no))).query.userinfo;

run(async () => {
  step('version', require('mediawiki/package.json').version);
  let username;
  try {
    [username] = await done(bot.login(name, password));
  } catch (failure) {
    refused(failure.message || failure);
  }
  assert.equal(username, account);
  step('login');
  signedIn(await userinfo());
  await done(bot.logout());
  signedOut(await userinfo());
  step('logout', 'its own');
});
