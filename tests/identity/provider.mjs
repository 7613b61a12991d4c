// A certified OpenID provider (npm oidc-provider) for the tests: one client, everybody may log in, nobody's password matters.
// usage: node provider.mjs '{"wiki": origin of the wiki, "redirects": [redirect addresses]}'
// Prints its issuer once it answers; ends when its standard input does.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';

const load = createRequire(`${process.env.IDENTITY_PARTS}/`);
const { default: Provider } = await import(load.resolve('oidc-provider'));
const { wiki, redirects } = JSON.parse(process.argv[2]);

const key = (kid) => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256',
});
const configuration = {
  clients: [{
    client_id: 'ABC',
    client_secret: 'the secret of the tests',
    redirect_uris: redirects,
    post_logout_redirect_uris: [`${wiki}/wiki/Special:UserLogout`],
    backchannel_logout_uri: `${wiki}/wiki/Special:OpenIDConnectLogout`,
    backchannel_logout_session_required: true,
  }],
  jwks: { keys: [key('first')] },
  cookies: { keys: ['cookies of the tests'] },
  claims: { openid: ['sub'], profile: ['preferred_username', 'name'], email: ['email', 'email_verified'] },
  features: { backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  pkce: { methods: ['S256'], required: () => true },
  findAccount: (context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, name: id, email: `${id}@example.net`, email_verified: true }),
  }),
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  server.on('request', provider.callback());
  console.log(`ISSUER ${issuer}`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
