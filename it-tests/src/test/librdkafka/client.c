/*
 * An application in C on librdkafka. It sends idempotently, copies in transactions of which it aborts
 * some, and reads what is committed by a group of two members that rebalance cooperatively, all of it
 * while somebody may kill the server. Values are numbers, and number i goes to partition
 * i % PARTITIONS, so that each record that is lost or repeated is seen. It says each step, and ends
 * with 1 at the first thing that is not as it must be.
 *
 * client BOOTSTRAP INPUT OUTPUT RECORDS
 */
#include <librdkafka/rdkafka.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PARTITIONS 3
#define PER_TRANSACTION 100
#define TIMEOUT_MS 120000
#define POLL_MS 100
#define QUIET_POLLS (TIMEOUT_MS / POLL_MS)
#define SHORT_POLL_MS 5 /* Of one of several members. */
/* Between two records of a second half: long enough for a kill to come between them. */
#define PACE_US 2000

static long delivered;

/* ---- errors */

static void fail(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

static void fail_number(const char *what, long number, long expected) {
  fprintf(stderr, "%s: got %ld where %ld was next\n", what, number, expected);
  exit(1);
}

static void check(const char *what, rd_kafka_resp_err_t code) {
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    fail(what, rd_kafka_err2str(code));
  }
}

/* An error that is only worth another try, such as of a coordinator that just starts, is tried again. */
#define RETRIED(call) ({ \
    rd_kafka_error_t *error; \
    while ((error = (call)) != NULL && rd_kafka_error_is_retriable(error)) { \
      rd_kafka_error_destroy(error); \
    } \
    error; \
  })

static void succeed(const char *what, rd_kafka_error_t *error) {
  if (error != NULL) {
    fail(what, rd_kafka_error_string(error));
  }
}

#define MUST(call) succeed(#call, RETRIED(call))

static void say(const char *what, long number) {
  printf("%s %ld\n", what, number);
  fflush(stdout);
}

/* ---- clients */

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
  (void)client;
  (void)opaque;
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR
      && message->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE
      && message->err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
    fail("delivery", rd_kafka_err2str(message->err));
  }
  delivered++;
}

/* Settings as pairs of names and values, ended by NULL. */
static rd_kafka_t *client(rd_kafka_type_t type, const char *bootstrap, ...) {
  char reason[512];
  rd_kafka_conf_t *settings = rd_kafka_conf_new();
  rd_kafka_conf_set(settings, "bootstrap.servers", bootstrap, NULL, 0);
  rd_kafka_conf_set(settings, "reconnect.backoff.max.ms", "500", NULL, 0);
  va_list all;
  va_start(all, bootstrap);
  for (const char *name = va_arg(all, const char *); name != NULL; name = va_arg(all, const char *)) {
    const char *value = va_arg(all, const char *);
    if (rd_kafka_conf_set(settings, name, value, reason, sizeof reason) != RD_KAFKA_CONF_OK) {
      fail(name, reason);
    }
  }
  va_end(all);
  if (type == RD_KAFKA_PRODUCER) {
    rd_kafka_conf_set_dr_msg_cb(settings, on_delivery);
  }
  rd_kafka_t *made = rd_kafka_new(type, settings, reason, sizeof reason);
  if (made == NULL) {
    fail("client", reason);
  }
  if (type == RD_KAFKA_CONSUMER) {
    rd_kafka_poll_set_consumer(made);
  }
  return made;
}

static rd_kafka_t *reader(const char *bootstrap, const char *group, const char *topic) {
  rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, bootstrap, "group.id", group,
      "partition.assignment.strategy", "cooperative-sticky", "auto.offset.reset", "earliest",
      "enable.auto.commit", "false", "isolation.level", "read_committed",
      "heartbeat.interval.ms", "500", NULL);
  rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
  check("subscribe", rd_kafka_subscribe(consumer, topics));
  rd_kafka_topic_partition_list_destroy(topics);
  return consumer;
}

static void create(const char *bootstrap, const char *topic) {
  char reason[512];
  rd_kafka_t *admin = client(RD_KAFKA_PRODUCER, bootstrap, NULL);
  rd_kafka_NewTopic_t *made = rd_kafka_NewTopic_new(topic, PARTITIONS, 1, reason, sizeof reason);
  rd_kafka_queue_t *answers = rd_kafka_queue_new(admin);
  rd_kafka_CreateTopics(admin, &made, 1, NULL, answers);
  rd_kafka_event_t *answer = rd_kafka_queue_poll(answers, TIMEOUT_MS);
  if (answer == NULL) {
    fail("create", "no answer");
  }
  check("create", rd_kafka_event_error(answer));
  size_t count;
  const rd_kafka_topic_result_t **topics =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer), &count);
  check(topic, rd_kafka_topic_result_error(topics[0]));
  rd_kafka_event_destroy(answer);
  rd_kafka_queue_destroy(answers);
  rd_kafka_NewTopic_destroy(made);
  rd_kafka_destroy(admin);
}

/* ---- records */

static void send_text(rd_kafka_t *producer, const char *topic, int partition, const char *text,
    size_t length) {
  rd_kafka_resp_err_t code;
  do {
    rd_kafka_poll(producer, 0);
    code = rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE((void *)text, length),
        RD_KAFKA_V_HEADER("origin", "C", 1), RD_KAFKA_V_END);
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      rd_kafka_poll(producer, POLL_MS);
    }
  } while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL);
  check("produce", code);
}

static long number(const rd_kafka_message_t *message) {
  char text[32];
  snprintf(text, sizeof text, "%.*s", (int)message->len, (const char *)message->payload);
  char *end;
  long number = strtol(text, &end, 10);
  if (*end != '\0' || end == text || number % PARTITIONS != message->partition) {
    fail("not a record of this partition", text);
  }
  return number;
}

/* The next record of the consumer, NULL if none came in time. Errors, as of broken connections, pass. */
static rd_kafka_message_t *poll_record(rd_kafka_t *consumer, int timeout_ms) {
  rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, timeout_ms);
  if (message != NULL && message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (message->err == RD_KAFKA_RESP_ERR__FATAL) {
      fail("consumer", rd_kafka_message_errstr(message));
    }
    rd_kafka_message_destroy(message);
    return NULL;
  }
  return message;
}

/* ---- sending */

static void fill(const char *bootstrap, const char *topic, long records) {
  rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, bootstrap, "enable.idempotence", "true",
      "compression.codec", "lz4", "linger.ms", "1", NULL);
  for (long i = 0; i < records; i++) {
    char text[32];
    send_text(producer, topic, (int)(i % PARTITIONS), text,
        (size_t)snprintf(text, sizeof text, "%ld", i));
    if (i == records / 2) {
      say("sending", i);
    }
    if (i > records / 2) {
      usleep(PACE_US);
    }
  }
  check("flush", rd_kafka_flush(producer, TIMEOUT_MS));
  rd_kafka_destroy(producer);
  if (delivered != records) {
    fail_number("delivered", delivered, records);
  }
  say("sent", delivered);
}

/* ---- copying */

typedef struct {
  long start[PARTITIONS]; /* The first number that no committed transaction has copied. */
  long next[PARTITIONS];  /* The number to be copied next. */
  int64_t offset[PARTITIONS]; /* Where next is, or RD_KAFKA_OFFSET_INVALID if nothing was read. */
} progress_t;

/* Copies one record. Returns 0 if it is one that this transaction has read before: its group has begun
 * anew at what is committed, and so must the transaction. */
static int copy_one(rd_kafka_t *producer, const char *to, progress_t *at, rd_kafka_message_t *message) {
  int partition = message->partition;
  long got = number(message);
  if (got >= at->start[partition] && got < at->next[partition]) {
    return 0;
  }
  if (got != at->next[partition]) {
    fail_number("copying", got, at->next[partition]);
  }
  send_text(producer, to, partition, message->payload, message->len);
  at->next[partition] += PARTITIONS;
  at->offset[partition] = message->offset + 1;
  return 1;
}

static rd_kafka_error_t *commit(rd_kafka_t *producer, rd_kafka_t *consumer, const char *topic,
    const progress_t *at) {
  rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(PARTITIONS);
  for (int partition = 0; partition < PARTITIONS; partition++) {
    if (at->offset[partition] != RD_KAFKA_OFFSET_INVALID) {
      rd_kafka_topic_partition_list_add(offsets, topic, partition)->offset = at->offset[partition];
    }
  }
  rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(consumer);
  rd_kafka_error_t *error =
      RETRIED(rd_kafka_send_offsets_to_transaction(producer, offsets, group, TIMEOUT_MS));
  rd_kafka_consumer_group_metadata_destroy(group);
  rd_kafka_topic_partition_list_destroy(offsets);
  return error != NULL ? error : RETRIED(rd_kafka_commit_transaction(producer, TIMEOUT_MS));
}

/* Aborts, and begins again where the last committed transaction ended. */
static void begin_again(rd_kafka_t *producer, rd_kafka_t *consumer, progress_t *at) {
  MUST(rd_kafka_abort_transaction(producer, TIMEOUT_MS));
  rd_kafka_topic_partition_list_t *assigned = NULL;
  check("assignment", rd_kafka_assignment(consumer, &assigned));
  check("committed", rd_kafka_committed(consumer, assigned, TIMEOUT_MS));
  for (int i = 0; i < assigned->cnt; i++) {
    if (assigned->elems[i].offset < 0) {
      assigned->elems[i].offset = 0;
    }
  }
  MUST(rd_kafka_seek_partitions(consumer, assigned, TIMEOUT_MS));
  rd_kafka_topic_partition_list_destroy(assigned);
  memcpy(at->next, at->start, sizeof at->next);
}

static void copy(const char *bootstrap, const char *from, const char *to, long records) {
  rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, bootstrap, "transactional.id", "copier-in-c",
      "transaction.timeout.ms", "300000", NULL);
  rd_kafka_t *consumer = reader(bootstrap, "copiers-in-c", from);
  MUST(rd_kafka_init_transactions(producer, TIMEOUT_MS));
  MUST(rd_kafka_begin_transaction(producer));
  send_text(producer, to, 0, "aborted", 7);
  check("flush", rd_kafka_flush(producer, TIMEOUT_MS));
  MUST(rd_kafka_abort_transaction(producer, TIMEOUT_MS));

  progress_t at;
  for (int i = 0; i < PARTITIONS; i++) {
    at.start[i] = at.next[i] = i;
  }
  long again = 0;
  for (long done = 0, begun = 1; done < records;) {
    MUST(rd_kafka_begin_transaction(producer));
    for (int i = 0; i < PARTITIONS; i++) {
      at.offset[i] = RD_KAFKA_OFFSET_INVALID;
    }
    int copied = 0;
    int whole = 1;
    for (int quiet = 0; whole && copied < PER_TRANSACTION && done + copied < records;) {
      rd_kafka_message_t *message = poll_record(consumer, POLL_MS);
      if (message == NULL) {
        if (++quiet > QUIET_POLLS) {
          fail("copying", "nothing comes");
        }
        continue;
      }
      quiet = 0;
      whole = copy_one(producer, to, &at, message);
      copied += whole;
      rd_kafka_message_destroy(message);
      if (!begun) {
        usleep(PACE_US);
      }
    }
    rd_kafka_error_t *error = whole ? commit(producer, consumer, from, &at) : NULL;
    if (error != NULL && !rd_kafka_error_txn_requires_abort(error)) {
      succeed("commit", error);
    }
    if (error != NULL || !whole) {
      fprintf(stderr, "a transaction begins again: %s\n",
          error != NULL ? rd_kafka_error_string(error) : "its group did");
      begin_again(producer, consumer, &at);
      again++;
      continue;
    }
    done += copied;
    memcpy(at.start, at.next, sizeof at.start);
    if (begun && done >= records / 2) {
      begun = 0;
      say("copying", done);
    }
  }
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
  rd_kafka_destroy(producer);
  say("copied", records);
  say("transactions that began again", again);
}

/* ---- reading as a group */

typedef struct {
  long next[PARTITIONS];      /* The number that nobody has read yet. */
  long committed[PARTITIONS]; /* As next, of what the group has committed. */
  int64_t offset[PARTITIONS]; /* The same as an offset. */
  long again;                 /* Records that came twice as their commit was not confirmed. */
} reading_t;

/* Takes one record. It is the next one, or one whose commit has failed. Returns whether it is new. */
static int take(reading_t *at, rd_kafka_t *consumer, rd_kafka_message_t *message) {
  int partition = message->partition;
  long got = number(message);
  if (got > at->next[partition] || got < at->committed[partition]) {
    fail_number(got > at->next[partition] ? "lost" : "repeated", got, at->next[partition]);
  }
  int fresh = got == at->next[partition];
  if (fresh) {
    at->next[partition] += PARTITIONS;
  } else {
    at->again++;
  }
  rd_kafka_resp_err_t code = rd_kafka_commit_message(consumer, message, 0);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    at->committed[partition] = got + PARTITIONS;
    at->offset[partition] = message->offset + 1;
  } else {
    fprintf(stderr, "commit of %ld: %s\n", got, rd_kafka_err2str(code));
  }
  return fresh;
}

static void check_committed(rd_kafka_t *consumer, const char *topic, const reading_t *at) {
  rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(PARTITIONS);
  for (int i = 0; i < PARTITIONS; i++) {
    rd_kafka_topic_partition_list_add(offsets, topic, i);
  }
  check("committed", rd_kafka_committed(consumer, offsets, TIMEOUT_MS));
  for (int i = 0; i < PARTITIONS; i++) {
    if (at->committed[i] == at->next[i] && offsets->elems[i].offset != at->offset[i]) {
      fail_number("committed offset", offsets->elems[i].offset, at->offset[i]);
    }
  }
  rd_kafka_topic_partition_list_destroy(offsets);
}

/* Waits until the group has given each member a part, and begins there at the first record: what the
 * first member was given before the second came is not read yet. */
static void await_balance(rd_kafka_t *members[2]) {
  rd_kafka_topic_partition_list_t *assigned[2] = {NULL, NULL};
  for (int quiet = 0;; quiet++) {
    int count = 0;
    for (int i = 0; i < 2; i++) {
      rd_kafka_message_t *message = poll_record(members[i], POLL_MS);
      if (message != NULL) {
        rd_kafka_message_destroy(message);
      }
    }
    for (int i = 0; i < 2; i++) {
      check("assignment", rd_kafka_assignment(members[i], &assigned[i]));
      count += assigned[i]->cnt;
    }
    if (count == PARTITIONS && assigned[0]->cnt > 0 && assigned[1]->cnt > 0) {
      break;
    }
    for (int i = 0; i < 2; i++) {
      rd_kafka_topic_partition_list_destroy(assigned[i]);
    }
    if (quiet > QUIET_POLLS) {
      fail("reading", "the group does not share its partitions");
    }
  }
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < assigned[i]->cnt; j++) {
      assigned[i]->elems[j].offset = 0;
    }
    MUST(rd_kafka_seek_partitions(members[i], assigned[i], TIMEOUT_MS));
    rd_kafka_topic_partition_list_destroy(assigned[i]);
  }
}

static void read_as_group(const char *bootstrap, const char *topic, long records) {
  reading_t at = {.next = {0, 1, 2}, .committed = {0, 1, 2}};
  rd_kafka_t *members[2] = {
      reader(bootstrap, "readers-in-c", topic), reader(bootstrap, "readers-in-c", topic)};
  await_balance(members);
  long by[2] = {0, 0};
  int quiet = 0;
  while (by[0] + by[1] < records) {
    long read = by[0] + by[1];
    for (int i = 0; i < 2; i++) {
      rd_kafka_message_t *message = poll_record(members[i], SHORT_POLL_MS);
      if (message != NULL) {
        by[i] += take(&at, members[i], message);
        rd_kafka_message_destroy(message);
      }
    }
    if (by[0] + by[1] > read) {
      quiet = 0;
    } else if (++quiet > TIMEOUT_MS / SHORT_POLL_MS) {
      fail("reading", "nothing comes");
    }
    if (read >= records / 2) {
      usleep(PACE_US);
    }
    if (read < records / 2 && by[0] + by[1] >= records / 2) {
      say("reading", by[0] + by[1]);
    }
  }
  for (int i = 0; i < 2; i++) {
    rd_kafka_message_t *more = rd_kafka_consumer_poll(members[i], 1000);
    if (more != NULL && more->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      fail("reading", "there is more than was committed");
    }
    if (more != NULL) {
      rd_kafka_message_destroy(more);
    }
  }
  check_committed(members[0], topic, &at);
  for (int i = 0; i < 2; i++) {
    rd_kafka_consumer_close(members[i]);
    rd_kafka_destroy(members[i]);
  }
  if (by[0] == 0 || by[1] == 0) {
    fail("reading", "a member got nothing");
  }
  say("read", records);
  say("read again after a failed commit", at.again);
}

int main(int count, char **arguments) {
  if (count != 5) {
    fail("usage", "client BOOTSTRAP INPUT OUTPUT RECORDS");
  }
  long records = strtol(arguments[4], NULL, 10);
  printf("librdkafka %s\n", rd_kafka_version_str());
  create(arguments[1], arguments[2]);
  create(arguments[1], arguments[3]);
  fill(arguments[1], arguments[2], records);
  copy(arguments[1], arguments[2], arguments[3], records);
  read_as_group(arguments[1], arguments[3], records);
  return 0;
}
