package io.millrace.log.campaign;

/** Histories of a store. The program behind {@code ./millrace campaign engine}. */
final class EngineCampaign {
  static final Campaign CAMPAIGN = new Campaign("engine", seed -> new History(seed).run());

  private EngineCampaign() {}

  public static void main(String[] arguments) {
    System.exit(CAMPAIGN.run(arguments));
  }
}
