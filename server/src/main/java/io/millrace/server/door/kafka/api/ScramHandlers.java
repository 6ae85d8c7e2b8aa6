package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Security;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.security.user.ScramCredential;
import io.millrace.server.security.user.ScramMechanism;
import io.millrace.server.security.user.User;
import io.millrace.server.security.user.UserChange;
import io.millrace.server.security.user.UserException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData.ScramCredentialDeletion;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData.ScramCredentialUpsertion;
import org.apache.kafka.common.message.AlterUserScramCredentialsResponseData;
import org.apache.kafka.common.message.AlterUserScramCredentialsResponseData.AlterUserScramCredentialsResult;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData.UserName;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData.CredentialInfo;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData.DescribeUserScramCredentialsResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterUserScramCredentialsRequest;
import org.apache.kafka.common.requests.AlterUserScramCredentialsResponse;
import org.apache.kafka.common.requests.DescribeUserScramCredentialsRequest;
import org.apache.kafka.common.requests.DescribeUserScramCredentialsResponse;
import org.jspecify.annotations.Nullable;

/** Shows and changes the credentials of users (KIP-554). */
public final class ScramHandlers {
  private static final int MAX_BYTES = 1024;

  private final Security security;

  public ScramHandlers(Security security) {
    this.security = security;
  }

  // ---- describe

  /** Shows which mechanisms users have, of all users or of some. */
  public void describe(DescribeUserScramCredentialsRequest request, Exchange exchange) {
    List<UserName> asked = request.data().users();
    DescribeUserScramCredentialsResponseData data =
        new DescribeUserScramCredentialsResponseData().setErrorMessage(null);
    if (asked == null || asked.isEmpty()) {
      security.users().all().forEach(user -> data.results().add(described(user)));
    } else {
      Map<String, Integer> times = new LinkedHashMap<>();
      asked.forEach(user -> times.merge(user.name(), 1, Integer::sum));
      times.forEach((name, count) -> data.results().add(described(name, count)));
    }
    exchange.reply(new DescribeUserScramCredentialsResponse(data));
  }

  private DescribeUserScramCredentialsResult described(String name, int times) {
    DescribeUserScramCredentialsResult result =
        new DescribeUserScramCredentialsResult().setUser(name);
    if (times > 1) {
      return result
          .setErrorCode(Errors.DUPLICATE_RESOURCE.code())
          .setErrorMessage("the user " + name + " is asked for more than once");
    }
    User user = security.users().find(name);
    return user == null
        ? result
            .setErrorCode(Errors.RESOURCE_NOT_FOUND.code())
            .setErrorMessage("there are no credentials of a user named " + name)
        : described(user);
  }

  private static DescribeUserScramCredentialsResult described(User user) {
    DescribeUserScramCredentialsResult result =
        new DescribeUserScramCredentialsResult().setUser(user.name()).setErrorMessage(null);
    for (ScramMechanism mechanism : ScramMechanism.values()) {
      ScramCredential credential = user.credential(mechanism);
      if (credential != null) {
        result
            .credentialInfos()
            .add(
                new CredentialInfo()
                    .setMechanism((byte) mechanism.code())
                    .setIterations(credential.iterations()));
      }
    }
    return result;
  }

  // ---- alter

  /** What a request wants of one user. */
  private static final class Wanted {
    private final Map<ScramMechanism, ScramCredential> upserts =
        new EnumMap<>(ScramMechanism.class);
    private final List<ScramMechanism> deletions = new ArrayList<>();

    void upsert(ScramCredentialUpsertion asked) {
      ScramMechanism mechanism = mechanism(asked.mechanism());
      if (asked.iterations() < ScramCredential.MIN_ITERATIONS) {
        throw unacceptable("too few iterations: at least " + ScramCredential.MIN_ITERATIONS);
      }
      if (asked.iterations() > ScramCredential.MAX_ITERATIONS) {
        throw unacceptable("too many iterations: at most " + ScramCredential.MAX_ITERATIONS);
      }
      if (isOutOfRange(asked.salt()) || isOutOfRange(asked.saltedPassword())) {
        throw unacceptable("salt and salted password have 1 to " + MAX_BYTES + " bytes");
      }
      checkOnce(mechanism);
      upserts.put(
          mechanism,
          ScramCredential.ofSaltedPassword(
              mechanism, asked.saltedPassword(), asked.salt(), asked.iterations()));
    }

    void delete(ScramCredentialDeletion asked) {
      ScramMechanism mechanism = mechanism(asked.mechanism());
      checkOnce(mechanism);
      deletions.add(mechanism);
    }

    private void checkOnce(ScramMechanism mechanism) {
      if (upserts.containsKey(mechanism) || deletions.contains(mechanism)) {
        throw Errors.DUPLICATE_RESOURCE.exception(
            "a credential is changed more than once in one request");
      }
    }

    private static boolean isOutOfRange(byte[] bytes) {
      return bytes.length == 0 || bytes.length > MAX_BYTES;
    }

    private static ScramMechanism mechanism(byte code) {
      return ScramMechanism.ofCode(code)
          .orElseThrow(
              () ->
                  Errors.UNSUPPORTED_SASL_MECHANISM.exception(
                      "there is no mechanism of SCRAM " + code));
    }

    private static ApiException unacceptable(String why) {
      return Errors.UNACCEPTABLE_CREDENTIAL.exception(why);
    }
  }

  /** Changes each user as a whole or not at all. */
  public void alter(AlterUserScramCredentialsRequest request, Exchange exchange) {
    Map<String, Wanted> users = new LinkedHashMap<>();
    Map<String, ApiException> faults = new LinkedHashMap<>();
    for (ScramCredentialDeletion deletion : request.data().deletions()) {
      collect(users, faults, deletion.name(), wanted -> wanted.delete(deletion));
    }
    for (ScramCredentialUpsertion upsertion : request.data().upsertions()) {
      collect(users, faults, upsertion.name(), wanted -> wanted.upsert(upsertion));
    }
    AlterUserScramCredentialsResponseData data = new AlterUserScramCredentialsResponseData();
    Tally tally =
        new Tally(users.size(), () -> exchange.reply(new AlterUserScramCredentialsResponse(data)));
    users.forEach(
        (name, wanted) -> {
          AlterUserScramCredentialsResult result =
              new AlterUserScramCredentialsResult().setUser(name).setErrorMessage(null);
          data.results().add(result);
          ApiException fault = faults.get(name);
          if (fault == null) {
            change(name, wanted, result, tally);
          } else {
            failed(result, Errors.forException(fault), fault.getMessage());
            tally.count();
          }
        });
  }

  private static void collect(
      Map<String, Wanted> users,
      Map<String, ApiException> faults,
      String name,
      Consumer<Wanted> addition) {
    Wanted wanted = users.computeIfAbsent(name, key -> new Wanted());
    try {
      if (name.isEmpty()) {
        throw Wanted.unacceptable("the name of a user is not empty");
      }
      addition.accept(wanted);
    } catch (ApiException e) {
      faults.putIfAbsent(name, e);
    }
  }

  private void change(
      String name, Wanted wanted, AlterUserScramCredentialsResult result, Tally tally) {
    UserChange change;
    try {
      change =
          new UserChange(
              name,
              UserChange.Condition.ANY,
              List.copyOf(wanted.upserts.values()),
              wanted.deletions);
    } catch (UserException e) {
      failed(result, e);
      tally.count();
      return;
    }
    security.changeUser(change, tally.reply(user -> {}, error -> failed(result, error)));
  }

  private static void failed(AlterUserScramCredentialsResult result, RuntimeException error) {
    if (error instanceof UserException refused) {
      Errors code =
          switch (refused.reason()) {
            case UNKNOWN -> Errors.RESOURCE_NOT_FOUND;
            case EXISTS -> Errors.DUPLICATE_RESOURCE;
            case INVALID -> Errors.UNACCEPTABLE_CREDENTIAL;
            case LIMIT_REACHED -> Errors.POLICY_VIOLATION;
          };
      failed(result, code, refused.getMessage());
    } else {
      failed(result, WireErrors.ofCatalog(error), WireErrors.messageOf(error));
    }
  }

  private static void failed(
      AlterUserScramCredentialsResult result, Errors error, @Nullable String why) {
    result.setErrorCode(error.code()).setErrorMessage(why);
  }
}
