package io.millrace.server.partition;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** A batch with records that their topic does not take. Sending it again will not help. */
public final class RefusedRecordsException extends RefusedBatchException {
  private static final long serialVersionUID = 1;

  /**
   * One of them.
   *
   * @param index in the batch, from 0
   * @param keyless whether it is refused for want of a key, and not for its time
   * @param timeMs its time
   * @param rules what the topic asks for
   */
  public record Refused(int index, boolean keyless, long timeMs, RecordRules rules)
      implements Serializable {

    /** For people. */
    public String why() {
      return keyless
          ? "record "
              + index
              + " of the batch has no key, and the topic is compacted, which keeps the last"
              + " record of each key (the key of a JMS message is its JMSXGroupID)"
          : "record "
              + index
              + " of the batch has the time "
              + timeMs
              + ", and the topic takes those from "
              + rules.earliestMs()
              + " to "
              + rules.latestMs();
    }
  }

  /** The list is one that can be written, as exceptions are. */
  private final ArrayList<Refused> records;

  private final boolean untimely;

  /**
   * @param untimely whether the time of one of them is out of bounds
   */
  RefusedRecordsException(String message, List<Refused> records, boolean untimely) {
    super(message);
    this.records = new ArrayList<>(records);
    this.untimely = untimely;
  }

  /** Which ones, the first of them if there are many. */
  public List<Refused> records() {
    return List.copyOf(records);
  }

  /** Whether the time of one of them is out of bounds. */
  public boolean isUntimely() {
    return untimely;
  }
}
