package io.millrace.server.door.admin.rest;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Randomness;
import io.millrace.server.door.admin.message.MessageBrowser;
import io.millrace.server.door.admin.message.NewMessages;
import io.millrace.server.door.admin.model.Message;
import io.millrace.server.door.admin.model.MessagePage;
import io.millrace.server.door.admin.model.SendMessage;
import io.millrace.server.door.admin.model.Sent;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.port.DestinationStats;
import io.millrace.server.door.admin.port.RefusedException;
import io.millrace.server.door.admin.port.RefusedException.Reason;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.utils.Utils;

/** The messages of a destination: looked at without consuming them, and sent. */
@Path("/destinations/{name}/messages")
@Produces(MediaType.APPLICATION_JSON)
public final class MessagesResource {
  private static final int MAX_LIMIT = 500;
  private static final int MAX_BODY_BYTES = 1024 * 1024;

  private final AdminBroker broker;
  private final MessageBrowser browser;
  private final Clock clock;
  private final Randomness random;

  MessagesResource(AdminBroker broker, MessageBrowser browser, Clock clock, Randomness random) {
    this.broker = broker;
    this.browser = browser;
    this.clock = clock;
    this.random = random;
  }

  @GET
  public CompletionStage<MessagePage> page(
      @PathParam("name") String name,
      @QueryParam("partition") @DefaultValue("0") int partition,
      @QueryParam("offset") @DefaultValue("0") long offset,
      @QueryParam("limit") @DefaultValue("50") int limit,
      @QueryParam("bodyBytes") @DefaultValue("4096") int bodyBytes) {
    Params.range("partition", partition, 0, Integer.MAX_VALUE);
    Params.range("offset", offset, 0, Long.MAX_VALUE);
    Params.range("limit", limit, 1, MAX_LIMIT);
    Params.range("bodyBytes", bodyBytes, 0, MAX_BODY_BYTES / limit);
    return browser.page(name, partition, offset, limit, bodyBytes);
  }

  @GET
  @Path("/{partition}/{offset}")
  public CompletionStage<Message> message(
      @PathParam("name") String name,
      @PathParam("partition") int partition,
      @PathParam("offset") long offset) {
    return browser
        .page(name, partition, offset, 1, MAX_BODY_BYTES)
        .thenApply(
            page ->
                page.messages().stream()
                    .filter(message -> message.offset() == offset)
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new RefusedException(
                                Reason.NOT_FOUND,
                                "There is no message at offset "
                                    + offset
                                    + "; partition "
                                    + partition
                                    + " keeps "
                                    + page.startOffset()
                                    + " up to, but not, "
                                    + page.endOffset()
                                    + ".")));
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public CompletionStage<Response> send(@PathParam("name") String name, SendMessage message) {
    DestinationStats destination =
        broker
            .destination(name)
            .orElseThrow(
                () ->
                    new RefusedException(
                        Reason.NOT_FOUND, "There is no queue or topic named '" + name + "'."));
    int partition = partition(message, destination.partitions().size());
    return broker
        .append(name, partition, NewMessages.batch(message, clock.wallMs()))
        .thenApply(offset -> Response.status(201).entity(new Sent(partition, offset)).build());
  }

  /** As Kafka's own clients choose it: by the key's hash, otherwise by chance. */
  private int partition(SendMessage message, int partitions) {
    Integer chosen = message.partition();
    if (chosen != null) {
      Params.range("partition", chosen, 0, partitions - 1L);
      return chosen;
    }
    String key = message.key();
    return key == null
        ? (int) Math.floorMod(random.nextLong(), (long) partitions)
        : Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
  }
}
