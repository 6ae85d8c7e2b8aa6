package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Some hundred histories; {@code ./millrace campaign server} goes on. */
class ServerCampaignTest {
  private static final int HISTORIES = Integer.getInteger("millrace.campaign.histories", 200);

  @Test
  void whatClientsWereToldStaysTrueWhateverHappens() {
    assertThat(ServerCampaign.CAMPAIGN.run(1, HISTORIES)).isGreaterThan(4 * HISTORIES);
  }
}
