// Publishes with Google's own client, unmodified, over gRPC, to the emulator that PUBSUB_EMULATOR_HOST names.
// Arguments: the folder whose node_modules holds @google-cloud/pubsub; the project; the topic; the subscription to make; a file with a message a line.
// Prints the ids of the messages, a line each, in the order of the file; ends with 1 and the reason where the stand-in answers otherwise than Pub/Sub.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, projectId, topicId, subscriptionId, file] = process.argv.slice(2);
const load = createRequire(join(folder, 'node_modules', '@google-cloud', 'pubsub', 'package.json'));
const { PubSub } = load('@google-cloud/pubsub');
const pubsub = new PubSub({ projectId });

const [topic] = await pubsub.createTopic(topicId);
await assert.rejects(pubsub.createTopic(topicId), error => error.code === 6);
await assert.rejects(pubsub.topic('none').publishMessage({ data: Buffer.from('{}') }), error => error.code === 5);
const [subscription] = await topic.createSubscription(subscriptionId, { ackDeadlineSeconds: 30 });
const [metadata] = await subscription.getMetadata();
assert.equal(metadata.ackDeadlineSeconds, 30);
assert.equal(metadata.topic, `projects/${projectId}/topics/${topicId}`);

const lines = readFileSync(file, 'utf8').split('\n').filter(line => line);
const ids = await Promise.all(lines.map(line => topic.publishMessage({ data: Buffer.from(line), attributes: { 'logging.googleapis.com/timestamp': '2026-01-10T01:00:09Z' } })));
assert.equal(new Set(ids).size, lines.length);
console.log(ids.join('\n'));
await pubsub.close();
