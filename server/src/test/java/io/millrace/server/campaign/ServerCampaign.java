package io.millrace.server.campaign;

import io.millrace.log.campaign.Campaign;

/** Histories of a server. The program behind {@code ./millrace campaign server}. */
final class ServerCampaign {
  static final Campaign CAMPAIGN = new Campaign("server", seed -> new ServerHistory(seed).run());

  private ServerCampaign() {}

  public static void main(String[] arguments) {
    System.exit(CAMPAIGN.run(arguments));
  }
}
