// The module "request" with its cookie jar, in the manner of the API documentation's JavaScript sample. Mode: login, clientlogin.
'use strict';
const assert = require('assert');
const request = require('request').defaults({ jar: true });
const { api, name, mode, account, password, step, refused, signedIn, csrf, signedOut, run } = require('./steps');

const answered = (ok, no) => (error, response, body) => error ? no(error) : ok(JSON.parse(body));
const get = (qs) => new Promise((ok, no) => request.get({ url: api, qs: { format: 'json', ...qs } }, answered(ok, no)));
const post = (form) => new Promise((ok, no) => request.post({ url: api, form: { format: 'json', ...form } }, answered(ok, no)));
const userinfo = async () => (await get({ action: 'query', meta: 'userinfo' })).query.userinfo;

run(async () => {
  step('version', require('request/package.json').version);
  const token = (await get({ action: 'query', meta: 'tokens', type: 'login' })).query.tokens.logintoken;
  if (mode === 'clientlogin') {
    const answer = await post({ action: 'clientlogin', username: name, password, logintoken: token, loginreturnurl: 'http://127.0.0.1:5000/' });
    if (answer.clientlogin.status !== 'PASS') refused(JSON.stringify(answer));
    assert.equal(answer.clientlogin.username, account);
  } else {
    const answer = await post({ action: 'login', lgname: name, lgpassword: password, lgtoken: token });
    if (answer.login.result !== 'Success') refused(JSON.stringify(answer));
    assert.equal(answer.login.lgusername, account);
  }
  step('login');

  signedIn(await userinfo());
  const edit = (await get({ action: 'query', meta: 'tokens' })).query.tokens.csrftoken;
  csrf(edit);

  assert.deepEqual(await post({ action: 'logout', token: edit }), {});
  signedOut(await userinfo());
  step('logout');
});
