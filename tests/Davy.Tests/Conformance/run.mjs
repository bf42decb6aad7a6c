// Drives the fake of the Cloud Run Admin API with Google's own client, unmodified: what responses call, with its errors.
// Arguments: the folder whose node_modules holds @google-cloud/run; the port.
// Prints the number of calls; ends with 1 and the reason where an answer is not Google's.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, port] = process.argv.slice(2);
const load = createRequire(join(folder, 'node_modules', '@google-cloud', 'run', 'package.json'));
const { v2 } = load('@google-cloud/run');
const { PassThroughClient } = createRequire(load.resolve('google-gax'))('google-auth-library');

// Over REST the client's transport would keep answers with an error to itself; its own decoder of Google's error envelope must see them.
const auth = () => new PassThroughClient({ transporterOptions: { validateStatus: () => true } });
const client = Kind => new Kind({ apiEndpoint: '127.0.0.1', port: Number(port), fallback: true, protocol: 'http', auth: auth() });
const [services, revisions, jobs, executions, pools] = [v2.ServicesClient, v2.RevisionsClient, v2.JobsClient, v2.ExecutionsClient, v2.WorkerPoolsClient].map(client);
const place = 'projects/acme-prod/locations/us-central1';
const [shop, batch, crunch] = [`${place}/services/shop`, `${place}/jobs/batch`, `${place}/workerPools/crunch`];
const NOT_FOUND = 5, PRECONDITION = 9, ABORTED = 10;
let calls = 0;

async function call(client, method, request) {
  calls++;
  const [answer] = await client[method](request);
  return answer;
}

async function done(client, method, request) {
  const operation = await call(client, method, request);
  const [result] = await operation.promise();
  return result;
}

async function fails(code, client, method, request) {
  let fault;
  try {
    await call(client, method, request);
  } catch (error) {
    fault = error;
  }

  assert.equal(fault?.code, code, `${method}: ${fault?.message}`);
}

let service = await call(services, 'getService', { name: shop });
assert.deepEqual([service.name, service.uid, String(service.generation), service.traffic[1].tag], [shop, 'uid-1', '2', 'canary']);
await fails(NOT_FOUND, services, 'getService', { name: `${place}/services/none` });
const all = await call(revisions, 'listRevisions', { parent: shop });
assert.deepEqual(all.map(each => each.name.split('/').at(-1)), ['shop-00001-abc', 'shop-00002-bad']);
assert.equal(all[0].conditions[0].type, 'Ready');

// A rehearsal changes nothing; what was changed has another state, and the old one is refused.
const zero = { name: shop, scaling: { scalingMode: 'MANUAL', manualInstanceCount: 0 } };
await call(services, 'updateService', { service: { ...zero, etag: service.etag }, updateMask: { paths: ['scaling'] }, validateOnly: true });
assert.equal((await call(services, 'getService', { name: shop })).etag, service.etag);
const changed = await done(services, 'updateService', { service: { ...zero, etag: service.etag }, updateMask: { paths: ['scaling'] } });
assert.deepEqual([String(changed.generation), changed.scaling.manualInstanceCount], ['3', 0]);
await fails(ABORTED, services, 'updateService', { service: { ...zero, etag: service.etag }, updateMask: { paths: ['scaling'] } });
await fails(PRECONDITION, revisions, 'deleteRevision', { name: `${shop}/revisions/shop-00002-bad`, etag: all[1].etag });

const policy = await call(services, 'getIamPolicy', { resource: shop, options: { requestedPolicyVersion: 3 } });
assert.deepEqual(policy.bindings[0].members, ['allUsers', 'user:dev@example.com']);
const written = await call(services, 'setIamPolicy', { resource: shop, policy: { etag: policy.etag, bindings: [{ role: 'roles/run.invoker', members: ['user:dev@example.com'] }] } });
assert.deepEqual(written.bindings[0].members, ['user:dev@example.com']);
await fails(ABORTED, services, 'setIamPolicy', { resource: shop, policy: { etag: policy.etag, bindings: [] } });

// A new template makes a new revision; then the old one can go.
service = await call(services, 'getService', { name: shop });
const image = 'us-docker.pkg.dev/acme-prod/apps/shop@sha256:' + 'a'.repeat(64);
const next = await done(services, 'updateService', { service: { name: shop, etag: service.etag, template: { containers: [{ image }] }, traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }] }, updateMask: { paths: ['template', 'traffic'] } });
assert.match(next.latestCreatedRevision, /shop-00004-new$/);
assert.equal((await done(revisions, 'deleteRevision', { name: `${shop}/revisions/shop-00002-bad`, etag: all[1].etag })).name, `${shop}/revisions/shop-00002-bad`);
await fails(NOT_FOUND, revisions, 'getRevision', { name: `${shop}/revisions/shop-00002-bad` });

const [running] = await call(executions, 'listExecutions', { parent: batch });
assert.equal(running.completionTime, null);
assert.ok((await done(executions, 'cancelExecution', { name: running.name, etag: running.etag })).completionTime);
const job = await call(jobs, 'getJob', { name: batch });
assert.equal((await done(jobs, 'updateJob', { job: { name: batch, etag: job.etag, template: { template: { containers: [{ image }] } } } })).template.template.containers[0].image, image);

const pool = await call(pools, 'getWorkerPool', { name: crunch });
assert.equal((await done(pools, 'updateWorkerPool', { workerPool: { name: crunch, etag: pool.etag, scaling: { manualInstanceCount: 0 } }, updateMask: { paths: ['scaling'] } })).scaling.manualInstanceCount, 0);
assert.equal((await done(services, 'deleteService', { name: shop, etag: next.etag })).name, shop);
await fails(NOT_FOUND, services, 'getService', { name: shop });
console.log(calls);
