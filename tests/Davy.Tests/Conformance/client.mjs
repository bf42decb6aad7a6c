// Drives davyd with Google's own client, unmodified: every method that is served, with its errors.
// Arguments: the folder whose node_modules holds @google-cloud/security-center; grpc or rest; the port; the source with 2,500 findings.
// With DAVY_TOKEN in its environment it speaks TLS and sends that token, as it does with Google; NODE_EXTRA_CA_CERTS and, for gRPC, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH then say whom to trust.
// Prints {"calls": N, "methods": {...}}; ends with 1 and the reason where an answer is not Google's.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, transport, port, many] = process.argv.slice(2);
const load = createRequire(join(folder, 'node_modules', '@google-cloud', 'security-center', 'package.json'));
const { v2 } = load('@google-cloud/security-center');
const gaxLoad = createRequire(load.resolve('google-gax'));
const { PassThroughClient, OAuth2Client } = gaxLoad('google-auth-library');

// Over REST the client's transport would keep answers with an error to itself; its own decoder of Google's error envelope must see them.
const transporterOptions = { validateStatus: () => true };
const token = process.env.DAVY_TOKEN;
const place = { apiEndpoint: token ? 'localhost' : '127.0.0.1', port: Number(port) };
const client = new v2.SecurityCenterClient(
  token ? { ...place, fallback: transport === 'rest', authClient: new OAuth2Client({ transporterOptions, credentials: { access_token: token, expiry_date: Date.now() + 3_600_000 } }) }
    : transport === 'grpc' ? { ...place, sslCreds: gaxLoad('@grpc/grpc-js').credentials.createInsecure() }
      : { ...place, fallback: true, protocol: 'http', auth: new PassThroughClient({ transporterOptions }) });

const INVALID = 3, NOT_FOUND = 5, EXISTS = 6, ABORTED = 10, UNIMPLEMENTED = 12;
const methods = {};
let calls = 0;

async function call(method, request, options) {
  methods[method] = (methods[method] ?? 0) + 1;
  calls++;
  const [answer] = await client[method](request, options);
  return answer;
}

/** The call must fail with this code, and name the field. */
async function fails(code, field, method, request) {
  let fault;
  try {
    await call(method, request, { autoPaginate: false });
  } catch (error) {
    fault = error;
  }

  assert.ok(fault, `${method} should fail: ${JSON.stringify(request)}`);
  assert.equal(fault.code, code, `${method}: ${fault.message}`);
  if (!field) return;
  const violations = (fault.statusDetails ?? []).flatMap(detail => detail.fieldViolations ?? []);
  assert.ok(violations.some(violation => violation.field === field && violation.description), `${method}: no violation of ${field} in ${JSON.stringify(fault.statusDetails)} ${fault.message}`);
}

const organization = 'organizations/123';
const stamp = Date.now().toString(36);
const struct = value => typeof value === 'string' ? { stringValue: value } : { numberValue: value };

async function sources() {
  const source = await call('createSource', { parent: organization, source: { displayName: `T ${transport} ${stamp}`, description: 'made by a test' } });
  assert.match(source.name, /^organizations\/123\/sources\/\d+$/);
  assert.equal((await call('getSource', { name: source.name })).description, 'made by a test');
  const changed = await call('updateSource', { source: { name: source.name, description: 'changed' }, updateMask: { paths: ['description'] } });
  assert.deepEqual([changed.displayName, changed.description], [source.displayName, 'changed']);
  const all = await call('listSources', { parent: organization });
  assert.ok(all.some(each => each.name === source.name));

  await fails(EXISTS, null, 'createSource', { parent: organization, source: { displayName: source.displayName } });
  await fails(INVALID, 'source.display_name', 'createSource', { parent: organization, source: { displayName: 'x'.repeat(65) } });
  await fails(NOT_FOUND, null, 'getSource', { name: `${organization}/sources/404` });
  await fails(INVALID, 'update_mask', 'updateSource', { source: { name: source.name }, updateMask: { paths: ['nonsense'] } });

  const policy = await call('getIamPolicy', { resource: source.name });
  const set = await call('setIamPolicy', { resource: source.name, policy: { etag: policy.etag, bindings: [{ role: 'roles/securitycenter.findingsViewer', members: ['user:a@example.com'] }] } });
  assert.equal(set.bindings[0].members[0], 'user:a@example.com');
  assert.equal((await call('getIamPolicy', { resource: source.name })).bindings.length, 1);
  await fails(ABORTED, null, 'setIamPolicy', { resource: source.name, policy: { etag: policy.etag, bindings: [] } });
  const test = await call('testIamPermissions', { resource: source.name, permissions: ['securitycenter.findings.list', 'run.services.delete'] });
  assert.deepEqual(test.permissions, ['securitycenter.findings.list']);
  await fails(INVALID, 'permissions', 'testIamPermissions', { resource: source.name, permissions: ['securitycenter.*'] });
  return source.name;
}

async function findings(source) {
  const finding = {
    state: 'ACTIVE', category: 'Execution: Cryptomining Docker Image', severity: 'HIGH', findingClass: 'THREAT',
    resourceName: '//run.googleapis.com/projects/shop/locations/europe-west1/services/web',
    externalUri: 'https://example.com/1', eventTime: { seconds: 1767323045, nanos: 417999000 },
    sourceProperties: { first: struct('one'), second: struct(2) },
    access: { principalEmail: 'mallory@example.com', callerIp: '192.0.2.66' },
    processes: [{ name: 'xmrig', pid: '9007199254740993' }],
    containers: [{ name: 'miner', uri: 'metal3d/xmrig', imageId: 'sha256:00' }],
  };
  const created = await call('createFinding', { parent: source, findingId: 'f1', finding });
  assert.equal(created.name, `${source}/locations/global/findings/f1`);
  assert.equal(created.parent, `${source}/locations/global`);
  assert.deepEqual([created.state, created.severity, created.mute, created.findingClass], ['ACTIVE', 'HIGH', 'UNDEFINED', 'THREAT']);
  assert.equal(created.eventTime.nanos, 417999000);
  assert.equal(String(created.processes[0].pid), '9007199254740993');
  assert.ok(Number(created.createTime.seconds) > 1.7e9);

  await fails(EXISTS, null, 'createFinding', { parent: source, findingId: 'f1', finding });
  await fails(INVALID, 'finding_id', 'createFinding', { parent: source, findingId: 'not-good', finding });
  await fails(NOT_FOUND, null, 'createFinding', { parent: `${organization}/sources/404`, findingId: 'f1', finding });
  await fails(INVALID, 'finding.source_properties', 'createFinding', { parent: source, findingId: 'f9', finding: { ...finding, sourceProperties: { '1x': struct('a') } } });

  // Masks: snake and camel case, single properties; what the mask does not name stays, though REST sends empty maps for it.
  let changed = await call('updateFinding', { finding: { name: created.name, severity: 'LOW', eventTime: { seconds: 1767323046 } }, updateMask: { paths: ['severity', 'event_time'] } });
  assert.deepEqual([changed.severity, changed.sourceProperties.first.stringValue, changed.access.callerIp], ['LOW', 'one', '192.0.2.66']);
  changed = await call('updateFinding', { finding: { name: created.name, sourceProperties: { second: struct(3) } }, updateMask: { paths: ['source_properties.first', 'source_properties.second'] } });
  assert.deepEqual([Object.keys(changed.sourceProperties), changed.sourceProperties.second.numberValue], [['second'], 3]);
  changed = await call('updateFinding', { finding: { name: created.name, externalUri: 'https://example.com/2' }, updateMask: { paths: ['externalUri'] } });
  assert.equal(changed.externalUri, 'https://example.com/2');
  changed = await call('updateFinding', { finding: { name: created.name, access: { callerIp: '192.0.2.67' } }, updateMask: { paths: ['access.caller_ip'] } });
  assert.deepEqual([changed.access.callerIp, changed.access.principalEmail], ['192.0.2.67', 'mallory@example.com']);
  changed = await call('updateFinding', { finding: { name: `${source}/findings/new1`, category: 'Other', state: 'ACTIVE', resourceName: finding.resourceName, eventTime: finding.eventTime } });
  assert.equal(changed.category, 'Other');
  await fails(NOT_FOUND, null, 'updateFinding', { finding: { name: `${source}/findings/none`, severity: 'LOW' }, updateMask: { paths: ['severity'] } });
  await fails(INVALID, 'finding.category', 'updateFinding', { finding: { name: created.name, category: 'X' }, updateMask: { paths: ['category'] } });
  await fails(INVALID, 'update_mask', 'updateFinding', { finding: { name: created.name }, updateMask: { paths: ['no_such'] } });
  await fails(INVALID, 'update_mask', 'updateFinding', { finding: { name: created.name, mute: 'MUTED' }, updateMask: { paths: ['mute'] } });
  await fails(INVALID, 'finding.name', 'updateFinding', { finding: { name: `${source}/locations/eu/findings/f1` } });

  // The six forms of a name.
  const id = source.split('/').pop();
  for (const node of [organization, 'projects/shop', 'folders/7']) {
    for (const location of ['', '/locations/global']) {
      const closed = await call('setFindingState', { name: `${node}/sources/${id}${location}/findings/f1`, state: 'INACTIVE' });
      assert.deepEqual([closed.name, closed.state], [created.name, 'INACTIVE']);
    }
  }
  await call('setFindingState', { name: created.name, state: 'ACTIVE' });
  await fails(INVALID, 'state', 'setFindingState', { name: created.name });
  await fails(NOT_FOUND, null, 'setFindingState', { name: `${source}/findings/none`, state: 'ACTIVE' });

  const muted = await call('setMute', { name: created.name, mute: 'MUTED' });
  assert.deepEqual([muted.mute, muted.muteInfo.staticMute.state], ['MUTED', 'MUTED']);
  assert.ok(muted.muteInitiator);
  assert.equal((await call('setMute', { name: created.name, mute: 'UNDEFINED' })).mute, 'UNDEFINED');
  await fails(INVALID, 'mute', 'setMute', { name: created.name });

  const marks = `${created.name}/securityMarks`;
  assert.deepEqual((await call('updateSecurityMarks', { securityMarks: { name: marks, marks: { a: '1', b: '2' } } })).marks, { a: '1', b: '2' });
  assert.deepEqual((await call('updateSecurityMarks', { securityMarks: { name: marks, marks: { c: '3' } }, updateMask: { paths: ['marks.c', 'marks.a'] } })).marks, { b: '2', c: '3' });
  await fails(INVALID, 'update_mask', 'updateSecurityMarks', { securityMarks: { name: marks }, updateMask: { paths: ['marks.c', 'marks.c'] } });
  await fails(INVALID, 'security_marks.name', 'updateSecurityMarks', { securityMarks: { name: `${organization}/assets/1/securityMarks`, marks: {} } });

  const system = await call('updateExternalSystem', { externalSystem: { name: `${created.name}/externalSystems/jira`, externalUid: 'SEC-1', status: 'open' } });
  assert.deepEqual([system.name, system.externalUid], [`${created.name}/externalSystems/jira`, 'SEC-1']);
  const resolved = await call('updateExternalSystem', { externalSystem: { name: system.name, status: 'done' }, updateMask: { paths: ['status'] } });
  assert.deepEqual([resolved.externalUid, resolved.status], ['SEC-1', 'done']);
  await fails(NOT_FOUND, null, 'updateExternalSystem', { externalSystem: { name: `${source}/findings/none/externalSystems/jira` } });
  return created.name;
}

async function lists(source, name) {
  const one = await call('listFindings', { parent: source, filter: `name="${name.replace('/locations/global', '')}"` });
  assert.deepEqual(one.map(each => each.finding.name), [name]);
  assert.equal(one[0].finding.externalSystems.jira.status, 'done');
  assert.equal(one[0].resource.name, '//run.googleapis.com/projects/shop/locations/europe-west1/services/web');
  const masked = await call('listFindings', { parent: `${source}/locations/global`, filter: 'category="Other"', fieldMask: { paths: ['name', 'category'] } });
  assert.deepEqual([masked[0].finding.category, masked[0].finding.state], ['Other', 'STATE_UNSPECIFIED']);
  const byProject = await call('listFindings', { parent: 'projects/shop/sources/-', filter: 'state="ACTIVE" AND -category:"mining"' });
  assert.ok(byProject.length > 0 && byProject.every(each => each.finding.state === 'ACTIVE' && !each.finding.category.includes('mining')));
  const ordered = await call('listFindings', { parent: source, orderBy: 'category desc, name' });
  assert.deepEqual(ordered.map(each => each.finding.category), [...ordered.map(each => each.finding.category)].sort().reverse());

  // 2,500 findings: page after page, then all at once, then in pages of the default size.
  const seen = new Set();
  let token = '', pages = 0;
  do {
    methods.listFindings++;
    calls++;
    const [results, next, response] = await client.listFindings({ parent: many, pageSize: 1000, pageToken: token, orderBy: 'event_time' }, { autoPaginate: false });
    assert.equal(response.totalSize, 2500);
    for (const each of results) seen.add(each.finding.name);
    token = response.nextPageToken;
    pages++;
    assert.equal(next?.pageToken ?? '', token);
  } while (token);
  assert.deepEqual([seen.size, pages], [2500, 3]);
  assert.equal((await call('listFindings', { parent: many, filter: 'severity="HIGH"', pageSize: 500 })).length, 1250);
  assert.equal((await call('listFindings', { parent: many }, { autoPaginate: false })).length, 10);
  assert.equal((await call('listFindings', { parent: many, pageSize: 5000 }, { autoPaginate: false })).length, 1000);

  methods.listFindings++;
  calls++;
  const [, , first] = await client.listFindings({ parent: many, pageSize: 5 }, { autoPaginate: false });
  await fails(INVALID, 'page_token', 'listFindings', { parent: many, pageSize: 5, pageToken: first.nextPageToken, filter: 'state="ACTIVE"' });
  await fails(INVALID, 'page_token', 'listFindings', { parent: many, pageToken: 'forged' });
  await fails(INVALID, 'page_size', 'listFindings', { parent: many, pageSize: -1 });
  await fails(INVALID, 'filter', 'listFindings', { parent: many, filter: 'state="ACTIVE' });
  await fails(INVALID, 'order_by', 'listFindings', { parent: many, orderBy: 'nonsense' });
  await fails(INVALID, 'parent', 'listFindings', { parent: `${many}/locations/eu` });
  await fails(NOT_FOUND, null, 'listFindings', { parent: `${organization}/sources/404` });

  const groups = await call('groupFindings', { parent: many, groupBy: 'severity,category' });
  assert.deepEqual(groups.map(group => [group.properties.severity.stringValue, Number(group.count)]).sort(), [['HIGH', 1250], ['LOW', 1250]]);
  assert.ok((await call('groupFindings', { parent: `${organization}/sources/-`, groupBy: 'category', filter: 'state="ACTIVE"' })).length >= 2);
  await fails(INVALID, 'group_by', 'groupFindings', { parent: many, groupBy: 'nonsense' });
  await fails(INVALID, 'group_by', 'groupFindings', { parent: many });
}

async function until(what, holds) {
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise(resolve => setTimeout(resolve, 100))) {
    if (await holds()) return;
  }

  assert.fail(`in 30 s it never came to this: ${what}`);
}

async function bulkMute() {
  const count = async filter => {
    methods.listFindings++;
    calls++;
    return (await client.listFindings({ parent: many, filter, pageSize: 1 }, { autoPaginate: false }))[2].totalSize;
  };
  const operation = await call('bulkMuteFindings', { parent: organization, filter: `parent="${many}" AND severity="LOW"` });
  assert.match(operation.name, /^organizations\/123\/operations\//);
  await operation.promise();
  assert.equal(await count('mute="MUTED"'), 1250);
  const undo = await call('bulkMuteFindings', { parent: 'projects/shop/locations/global', filter: 'severity="LOW"', muteState: 'UNDEFINED' });
  assert.match(undo.name, /^organizations\/[^/]+\/operations\//);
  await undo.promise();
  const known = await client.checkBulkMuteFindingsProgress(operation.name);
  assert.equal(known.done, true);
  await fails(INVALID, 'filter', 'bulkMuteFindings', { parent: organization, filter: 'nonsense' });
}

async function muteConfigs(name, source) {
  const id = `rule-${transport}-${stamp}`;
  const muteOf = async () => (await call('listFindings', { parent: source, filter: `name="${name}"` }))[0].finding;
  const config = await call('createMuteConfig', { parent: `${organization}/locations/global`, muteConfigId: id, muteConfig: { type: 'DYNAMIC', description: 'd', filter: 'category="Execution: Cryptomining Docker Image" AND resource.project_name:"shop"' } });
  assert.equal(config.name, `${organization}/locations/global/muteConfigs/${id}`);
  assert.equal(config.type, 'DYNAMIC');
  await until('muted by the rule', async () => (await muteOf()).muteInfo?.dynamicMuteRecords?.[0]?.muteConfig === config.name);
  assert.equal((await muteOf()).mute, 'MUTED');

  // Static beats dynamic.
  assert.equal((await call('setMute', { name, mute: 'UNMUTED' })).mute, 'UNMUTED');
  assert.equal((await call('setMute', { name, mute: 'UNDEFINED' })).mute, 'MUTED');

  assert.equal((await call('getMuteConfig', { name: `${organization}/muteConfigs/${id}` })).name, config.name);
  assert.ok((await call('listMuteConfigs', { parent: organization })).some(each => each.name === config.name));
  const changed = await call('updateMuteConfig', { muteConfig: { name: config.name, description: 'e' }, updateMask: { paths: ['description'] } });
  assert.deepEqual([changed.description, changed.filter], ['e', config.filter]);
  await fails(EXISTS, null, 'createMuteConfig', { parent: organization, muteConfigId: id, muteConfig: { type: 'DYNAMIC', filter: 'state="ACTIVE"' } });
  await fails(INVALID, 'mute_config.type', 'createMuteConfig', { parent: organization, muteConfigId: `${id}-a`, muteConfig: { filter: 'state="ACTIVE"' } });
  await fails(INVALID, 'mute_config.filter', 'createMuteConfig', { parent: organization, muteConfigId: `${id}-a`, muteConfig: { type: 'STATIC', filter: 'stat' } });
  await fails(INVALID, 'mute_config_id', 'createMuteConfig', { parent: organization, muteConfigId: 'Not_Good', muteConfig: { type: 'STATIC', filter: 'state="ACTIVE"' } });
  await fails(INVALID, 'mute_config.type', 'updateMuteConfig', { muteConfig: { name: config.name, type: 'STATIC' }, updateMask: { paths: ['type'] } });

  await call('deleteMuteConfig', { name: config.name });
  await until('unmuted by the end of the rule', async () => (await muteOf()).mute === 'UNDEFINED');
  await fails(NOT_FOUND, null, 'deleteMuteConfig', { name: config.name });
  await fails(NOT_FOUND, null, 'getMuteConfig', { name: config.name });
}

async function notificationConfigs() {
  const configId = `n-${transport}-${stamp}`;
  const parent = `${organization}/locations/global`;
  const config = await call('createNotificationConfig', { parent, configId, notificationConfig: { pubsubTopic: 'projects/p/topics/findings', streamingConfig: { filter: 'state="INACTIVE" AND category="never"' } } });
  assert.equal(config.name, `${parent}/notificationConfigs/${configId}`);
  assert.equal((await call('getNotificationConfig', { name: config.name })).streamingConfig.filter, config.streamingConfig.filter);
  assert.ok((await call('listNotificationConfigs', { parent })).some(each => each.name === config.name));
  const changed = await call('updateNotificationConfig', { notificationConfig: { name: config.name, description: 'd', streamingConfig: { filter: 'category="x"' } }, updateMask: { paths: ['description', 'streaming_config.filter'] } });
  assert.deepEqual([changed.description, changed.streamingConfig.filter, changed.pubsubTopic], ['d', 'category="x"', 'projects/p/topics/findings']);
  await fails(EXISTS, null, 'createNotificationConfig', { parent, configId, notificationConfig: { pubsubTopic: 'projects/p/topics/findings' } });
  await fails(INVALID, 'notification_config.pubsub_topic', 'createNotificationConfig', { parent, configId: 'other', notificationConfig: { pubsubTopic: 'findings' } });
  await fails(INVALID, 'update_mask', 'updateNotificationConfig', { notificationConfig: { name: config.name }, updateMask: { paths: ['service_account'] } });
  await call('deleteNotificationConfig', { name: config.name });
  await fails(NOT_FOUND, null, 'getNotificationConfig', { name: config.name });
}

async function notServed() {
  await fails(UNIMPLEMENTED, null, 'listBigQueryExports', { parent: `${organization}/locations/global` });
  await fails(UNIMPLEMENTED, null, 'getSimulation', { name: `${organization}/simulations/1` });
  await fails(UNIMPLEMENTED, null, 'listAttackPaths', { parent: organization });
}

const source = await sources();
const name = await findings(source);
await lists(source, name);
await bulkMute();
await muteConfigs(name, source);
await notificationConfigs();
await notServed();
console.log(JSON.stringify({ calls, methods }));
await client.close();
