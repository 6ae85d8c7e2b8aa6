// An ordinary application of @platformatic/kafka: makes a topic, sends to it, also in transactions, reads it in a group.
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';

const TOPIC = 'from-platformatic';
const GROUP = 'platformatic-readers';
const READ_COMMITTED = 1;
const common = { clientId: 'it', bootstrapBrokers: [process.argv[2]] };

const admin = new Admin(common);
await admin.createTopics({ topics: [TOPIC], partitions: 1, replicas: 1 });
console.log('created');

let next = 0;
function messages(count) {
  return Array.from({ length: count }, () => ({ topic: TOPIC, key: 'key', value: String(next++), headers: { from: 'node' } }));
}

const producer = new Producer({ ...common, serializers: stringSerializers, idempotent: true });
await producer.send({ messages: messages(30), acks: -1 });
await producer.send({ messages: messages(30), acks: -1, compression: 'gzip' });
await producer.close();

const transactional = new Producer({ ...common, serializers: stringSerializers, idempotent: true, transactionalId: 'it' });
const aborted = await transactional.beginTransaction();
await aborted.send({ messages: [{ topic: TOPIC, key: 'key', value: 'aborted' }], acks: -1 });
await aborted.abort();
const committed = await transactional.beginTransaction();
await committed.send({ messages: messages(40), acks: -1 });
await committed.commit();
await transactional.close();
console.log(`sent ${next}`);

async function readAll(group, options) {
  const consumer = new Consumer({ ...common, groupId: group, deserializers: stringDeserializers, ...options });
  const stream = await consumer.consume({
    topics: [TOPIC],
    mode: 'committed',
    fallbackMode: 'earliest',
    autocommit: false,
    isolationLevel: READ_COMMITTED,
    maxWaitTime: 500,
  });
  let read = 0;
  let last;
  for await (const message of stream) {
    if (message.value !== String(read) || message.headers.get('from') !== 'node') {
      throw new Error(`expected ${read}, got ${message.value} at ${message.offset}`);
    }
    read += 1;
    last = message;
    if (read === next) {
      break;
    }
  }
  await last.commit();
  const offsets = await consumer.listCommittedOffsets({ topics: [{ topic: TOPIC, partitions: [0] }] });
  await consumer.close(true);
  console.log(`${group} read ${read} in order, offset ${offsets.get(TOPIC)[0]}`);
}

await readAll(GROUP, {});
await readAll('new-protocol-readers', { groupProtocol: 'consumer' });
await admin.deleteGroups({ groups: [GROUP] });
await admin.deleteTopics({ topics: [TOPIC] });
console.log('deleted');
await admin.close();
