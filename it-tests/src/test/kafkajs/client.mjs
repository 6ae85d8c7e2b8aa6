// An ordinary KafkaJS application: makes a topic, sends to it, reads it in a group, deletes it.
import kafkajs from 'kafkajs';

const { Kafka, CompressionTypes, logLevel } = kafkajs;
const TOPIC = 'from-node';
const RECORDS = 100;

const kafka = new Kafka({ brokers: [process.argv[2]], logLevel: logLevel.ERROR });
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }] });
console.log('created');

const producer = kafka.producer({ idempotent: true });
await producer.connect();
const messages = [];
for (let i = 0; i < RECORDS; i++) {
  messages.push({ key: 'key', value: String(i), headers: { from: 'node' } });
}
for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
  const half = compression === CompressionTypes.None ? messages.slice(0, 50) : messages.slice(50);
  await producer.send({ topic: TOPIC, messages: half, compression, acks: -1 });
}
await producer.disconnect();
console.log(`sent ${messages.length}`);

const consumer = kafka.consumer({ groupId: 'node-readers' });
await consumer.connect();
await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
let next = 0;
await new Promise((resolve, reject) => {
  consumer.run({
    eachMessage: async ({ message }) => {
      const right =
        message.value.toString() === String(next) &&
        message.offset === String(next) &&
        message.headers.from.toString() === 'node';
      if (!right) {
        reject(new Error(`expected ${next}, got ${message.value} at ${message.offset}`));
      }
      next += 1;
      if (next === RECORDS) {
        resolve();
      }
    },
  });
});
await consumer.disconnect();
console.log(`read ${next} in order`);

const offsets = await admin.fetchOffsets({ groupId: 'node-readers', topics: [TOPIC] });
console.log(`offset ${offsets[0].partitions[0].offset}`);
await admin.deleteGroups(['node-readers']);
await admin.deleteTopics({ topics: [TOPIC] });
console.log('deleted');
await admin.disconnect();
