package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.partition.RefusedRecordsException;
import io.millrace.server.partition.RefusedRecordsException.Refused;
import java.util.List;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.requests.ProduceRequest;

/**
 * Why the batches of one Produce request are refused. Single records are named one by one (KIP-467)
 * where the answer can say it, and a thousand at most in all batches together: a small request may
 * have very many. Any thread; one at a time.
 */
final class Refusals {
  private static final int MOST_RECORDS = 1000;
  private static final int TOLD_SINCE = 8;

  private int left;

  Refusals(ProduceRequest request) {
    this.left = request.acks() == 0 || request.version() < TOLD_SINCE ? 0 : MOST_RECORDS;
  }

  void tell(PartitionProduceResponse response, RuntimeException failure) {
    response
        .setErrorCode(WireErrors.ofPartition(failure).code())
        .setErrorMessage(WireErrors.messageOf(failure));
    if (failure instanceof RefusedRecordsException refused && left > 0) {
      List<Refused> records = refused.records();
      List<Refused> told = records.subList(0, Math.min(left, records.size()));
      left -= told.size();
      for (Refused record : told) {
        response
            .recordErrors()
            .add(
                new BatchIndexAndErrorMessage()
                    .setBatchIndex(record.index())
                    .setBatchIndexErrorMessage(record.why()));
      }
    }
  }
}
