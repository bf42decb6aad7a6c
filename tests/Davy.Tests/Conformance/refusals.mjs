// How Google's own client, unmodified, tells that a token does not do: over TLS, with a viewer's token and with one that has ended.
// Arguments: the folder whose node_modules holds @google-cloud/security-center; grpc or rest; the port. Environment: DAVY_TOKEN, DAVY_BAD_TOKEN, NODE_EXTRA_CA_CERTS, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, transport, port] = process.argv.slice(2);
const load = createRequire(join(folder, 'node_modules', '@google-cloud', 'security-center', 'package.json'));
const { v2 } = load('@google-cloud/security-center');
const { OAuth2Client } = createRequire(load.resolve('google-gax'))('google-auth-library');

const clientWith = token => new v2.SecurityCenterClient({
  apiEndpoint: 'localhost', port: Number(port), fallback: transport === 'rest',
  authClient: new OAuth2Client({ transporterOptions: { validateStatus: () => true }, credentials: { access_token: token, expiry_date: Date.now() + 3_600_000 } }),
});

async function codeOf(promise) {
  try {
    await promise;
    return 0;
  } catch (fault) {
    assert.ok(fault.message.length > 20, fault.message);
    return fault.code;
  }
}

const OK = 0, PERMISSION_DENIED = 7, UNAUTHENTICATED = 16;
const parent = 'organizations/123', name = `${parent}/sources/1/findings/f1`;
for (const [token, read, write] of [[process.env.DAVY_TOKEN, OK, PERMISSION_DENIED], [process.env.DAVY_BAD_TOKEN, UNAUTHENTICATED, UNAUTHENTICATED]]) {
  const client = clientWith(token);
  assert.equal(await codeOf(client.listSources({ parent }, { autoPaginate: false })), read);
  assert.equal(await codeOf(client.setMute({ name, mute: 'MUTED' })), write);
  assert.equal(await codeOf(client.createSource({ parent, source: { displayName: 'x' } })), write);
  await client.close();
}
