// m3api: every token is fetched by the session when a request asks for its type. Modes: login, and oauth2 with the bearer token of a consumer.
import assert from 'node:assert';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { api, name, mode, account, password, step, refused, signedIn, csrf, signedOut, run } = require('./steps.js');
// An import does not look into NODE_PATH, a require does.
const folder = require.resolve('m3api/package.json').replace(/package\.json$/, '');
const { default: Session, ApiErrors } = await import(pathToFileURL(`${folder}node.js`));

run(async () => {
  step('version', require('m3api/package.json').version);
  const options = { userAgent: 'wikigate-tests m3api', maxRetriesSeconds: 0 };
  if (mode === 'oauth2') {
    options.authorization = `Bearer ${JSON.parse(password).access_token}`;
  }
  const session = new Session(api, { formatversion: 2, errorformat: 'plaintext' }, options);
  const me = async () => (await session.request({ action: 'query', meta: 'userinfo' })).query.userinfo;
  if (mode === 'login') {
    const { login } = await session.request(
      { action: 'login', lgname: name, lgpassword: password },
      { method: 'POST', tokenType: 'login', tokenName: 'lgtoken' },
    );
    if (login.result !== 'Success') {
      refused(JSON.stringify(login.reason));
    }
    session.tokens.clear();
    assert.equal(login.lgusername, account);
  }
  step('login');

  signedIn(await me());
  csrf(await session.getToken('csrf'));
  const logout = () => session.request({ action: 'logout' }, { method: 'POST', tokenType: 'csrf' });
  if (mode === 'oauth2') {
    await assert.rejects(logout(), (failure) => failure instanceof ApiErrors && failure.errors[0].code === 'cannotlogout');
    step('logout', 'cannotlogout, as it should be');
    return;
  }
  await logout();
  signedOut(await me());
  step('logout', 'posted; it has none');
});
