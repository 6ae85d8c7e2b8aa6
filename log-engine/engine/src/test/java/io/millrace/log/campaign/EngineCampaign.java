package io.millrace.log.campaign;

/** Histories of a store. The program behind {@code ./millrace campaign engine}. */
final class EngineCampaign {
  static final Campaign CAMPAIGN = new Campaign("engine", seed -> new History(seed, true).run());

  /** As it was before there were transactions: what a seed found then it finds here. */
  static final Campaign WITHOUT_TRANSACTIONS =
      new Campaign("engine", seed -> new History(seed, false).run());

  private EngineCampaign() {}

  public static void main(String[] arguments) {
    System.exit(CAMPAIGN.run(arguments));
  }
}
