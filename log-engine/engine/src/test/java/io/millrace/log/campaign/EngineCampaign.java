package io.millrace.log.campaign;

/** Histories of a store. The program behind {@code ./millrace campaign engine}. */
final class EngineCampaign {
  static final Campaign CAMPAIGN = new Campaign("engine", seed -> new History(seed, true).run());

  /** As it was before there were transactions: what a seed found then it finds here. */
  static final Campaign WITHOUT_TRANSACTIONS =
      new Campaign("engine", seed -> new History(seed, false).run());

  /** Records with keys, tombstones and transactions, in logs of which most are compacted. */
  static final Campaign COMPACTION =
      new Campaign("engine", seed -> new History(seed, true, true).run());

  /** Half of the histories have compaction. */
  static final Campaign ALL =
      new Campaign("engine", seed -> (seed % 2 == 0 ? CAMPAIGN : COMPACTION).run(seed, 1));

  private EngineCampaign() {}

  public static void main(String[] arguments) {
    System.exit(ALL.run(arguments));
  }
}
