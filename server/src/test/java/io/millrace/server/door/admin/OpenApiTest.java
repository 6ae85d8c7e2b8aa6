package io.millrace.server.door.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.server.door.admin.model.Body;
import io.millrace.server.door.admin.model.Changes;
import io.millrace.server.door.admin.model.CreateDestination;
import io.millrace.server.door.admin.model.DestinationDetail;
import io.millrace.server.door.admin.model.DestinationList;
import io.millrace.server.door.admin.model.DestinationRow;
import io.millrace.server.door.admin.model.GroupList;
import io.millrace.server.door.admin.model.Header;
import io.millrace.server.door.admin.model.JmsFields;
import io.millrace.server.door.admin.model.Login;
import io.millrace.server.door.admin.model.Message;
import io.millrace.server.door.admin.model.MessagePage;
import io.millrace.server.door.admin.model.NewPassword;
import io.millrace.server.door.admin.model.NewUser;
import io.millrace.server.door.admin.model.Problem;
import io.millrace.server.door.admin.model.Property;
import io.millrace.server.door.admin.model.SendMessage;
import io.millrace.server.door.admin.model.Sent;
import io.millrace.server.door.admin.model.ServerInfo;
import io.millrace.server.door.admin.model.SessionInfo;
import io.millrace.server.door.admin.model.UserList;
import io.millrace.server.door.admin.port.GroupDetail;
import io.millrace.server.door.admin.port.GroupSummary;
import io.millrace.server.door.admin.port.PartitionStats;
import io.millrace.server.door.admin.port.UserSummary;
import io.millrace.server.door.admin.rest.AdminApi;
import io.millrace.server.door.admin.rest.OpenApiResource;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds the OpenAPI document against the resources and the records that they speak of. */
class OpenApiTest {
  private static final List<Class<? extends Annotation>> METHODS =
      List.of(GET.class, POST.class, PUT.class, DELETE.class);

  private final JsonNode document = document();

  private static JsonNode document() {
    try (InputStream in = OpenApiTest.class.getResourceAsStream(OpenApiResource.RESOURCE)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void describesEveryOperationWithItsParametersAndNoOther() {
    Map<String, Set<String>> described = new TreeMap<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation ->
                            described.put(
                                operation.getKey() + " " + path.getKey(),
                                parameters(operation.getValue()))));

    assertThat(described).isEqualTo(built());
  }

  private static Set<String> parameters(JsonNode operation) {
    Set<String> names = new TreeSet<>();
    operation
        .path("parameters")
        .forEach(each -> names.add(each.path("in").asText() + " " + each.path("name").asText()));
    return names;
  }

  private static Map<String, Set<String>> built() {
    Map<String, Set<String>> operations = new TreeMap<>();
    for (Class<?> resource : AdminApi.resourceTypes()) {
      for (Method method : resource.getDeclaredMethods()) {
        for (Class<? extends Annotation> verb : METHODS) {
          if (method.isAnnotationPresent(verb)) {
            operations.put(
                verb.getSimpleName().toLowerCase(Locale.ROOT) + " " + path(resource, method),
                parameters(method));
          }
        }
      }
    }
    return operations;
  }

  private static String path(Class<?> resource, Method method) {
    Path below = method.getAnnotation(Path.class);
    return resource.getAnnotation(Path.class).value() + (below == null ? "" : below.value());
  }

  private static Set<String> parameters(Method method) {
    Set<String> names = new TreeSet<>();
    for (Parameter parameter : method.getParameters()) {
      if (parameter.isAnnotationPresent(PathParam.class)) {
        names.add("path " + parameter.getAnnotation(PathParam.class).value());
      }
      if (parameter.isAnnotationPresent(QueryParam.class)) {
        names.add("query " + parameter.getAnnotation(QueryParam.class).value());
      }
      if (parameter.isAnnotationPresent(HeaderParam.class)) {
        names.add("header " + parameter.getAnnotation(HeaderParam.class).value());
      }
    }
    return names;
  }

  @Test
  void describesEveryFieldOfEveryRecordAndNoOther() {
    List<Class<?>> records =
        List.of(
            ServerInfo.class,
            Login.class,
            SessionInfo.class,
            DestinationRow.class,
            DestinationList.class,
            PartitionStats.class,
            DestinationDetail.class,
            CreateDestination.class,
            Changes.class,
            Body.class,
            Property.class,
            Header.class,
            JmsFields.class,
            Message.class,
            MessagePage.class,
            SendMessage.class,
            Sent.class,
            GroupSummary.class,
            GroupList.class,
            GroupDetail.class,
            GroupDetail.Member.class,
            GroupDetail.PartitionName.class,
            GroupDetail.Position.class,
            UserSummary.class,
            UserList.class,
            NewUser.class,
            NewPassword.class,
            Problem.class,
            Problem.FieldError.class);
    JsonNode schemas = document.path("components").path("schemas");
    List<String> described = new ArrayList<>();
    schemas
        .properties()
        .forEach(
            schema -> {
              List<String> fields = new ArrayList<>();
              schema.getValue().path("properties").fieldNames().forEachRemaining(fields::add);
              described.add(schema.getKey() + fields);
            });

    assertThat(described)
        .containsExactlyInAnyOrderElementsOf(
            records.stream().map(type -> type.getSimpleName() + fields(type)).toList());
  }

  private static List<String> fields(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
  }
}
