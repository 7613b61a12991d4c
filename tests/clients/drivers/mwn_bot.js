// mwn. Modes: login, and oauth1, oauth2, for which PASSWORD is the JSON of an owner-only consumer.
'use strict';
const assert = require('assert');
const { Mwn } = require('mwn');
const { api, name, mode, account, password, step, refused, signedIn, csrf, signedOut, run } = require('./steps');

const consumer = mode === 'login' ? {} : JSON.parse(password);
const ways = {
  login: { username: name, password },
  oauth1: {
    OAuthCredentials: {
      consumerToken: consumer.consumer_key,
      consumerSecret: consumer.consumer_secret,
      accessToken: consumer.access_token,
      accessSecret: consumer.access_secret,
    },
  },
  oauth2: { OAuth2AccessToken: consumer.access_token },
};

run(async () => {
  step('version', require('mwn/package.json').version);
  let bot;
  try {
    bot = await Mwn.init({ apiUrl: api, userAgent: 'wikigate-tests mwn', silent: true, maxRetries: 0, ...ways[mode] });
  } catch (failure) {
    refused(failure.message);
  }
  step('login');

  const me = async () => (await bot.request({ action: 'query', meta: 'userinfo' })).query.userinfo;
  signedIn(await me());
  assert.equal((await bot.userinfo()).name, account);
  csrf(await bot.getCsrfToken());

  if (mode === 'login') {
    await bot.logout();
    signedOut(await me());
    step('logout', 'its own');
    return;
  }
  await assert.rejects(bot.request({ action: 'logout', token: bot.csrfToken }), { code: 'cannotlogout' });
  step('logout', 'cannotlogout, as it should be');
});
