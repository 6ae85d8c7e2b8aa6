package io.millrace.server.door.admin.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.door.admin.port.GroupDetail;
import io.millrace.server.door.admin.port.GroupDetail.PartitionName;
import io.millrace.server.door.admin.port.RefusedException;
import io.millrace.server.group.GroupScenario;
import io.millrace.server.testing.SteppedServer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups of both protocols look alike to the admin door. */
class GroupsAdapterTest {
  private final SteppedServer server = new SteppedServer(31);
  private final GroupsAdapter groups = new GroupsAdapter(server.broker());

  @BeforeEach
  void topic() {
    server.createTopic(TopicSpec.topic("t", 2));
  }

  private <R> CompletableFuture<R> settled(CompletionStage<R> asked) {
    server.settle();
    return asked.toCompletableFuture();
  }

  @Test
  void aGroupOfTheNewProtocolIsShownWithItsMembers() {
    GroupScenario.oneMemberOfTheNewProtocol(server, "g", "t");

    GroupDetail group = settled(groups.describe("g")).join();

    assertThat(group.state()).isEqualTo("Stable");
    assertThat(group.protocolType()).isEqualTo("consumer");
    assertThat(group.protocol()).isEqualTo("uniform");
    assertThat(group.members())
        .singleElement()
        .satisfies(
            member ->
                assertThat(member.assignment())
                    .containsExactly(new PartitionName("t", 0), new PartitionName("t", 1)));
    assertThat(settled(groups.list()).join())
        .singleElement()
        .satisfies(each -> assertThat(each.state()).isEqualTo("Stable"));
    assertThatThrownBy(() -> settled(groups.delete("g")).join())
        .hasRootCauseInstanceOf(RefusedException.class);
  }

  @Test
  void aGroupThatIsNotThereIsNotFound() {
    assertThatThrownBy(() -> settled(groups.describe("absent")).join())
        .hasRootCauseInstanceOf(RefusedException.class)
        .hasMessageContaining("There is no group 'absent'");
  }
}
