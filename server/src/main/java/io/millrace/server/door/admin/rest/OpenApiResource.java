package io.millrace.server.door.admin.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The API's own description. */
@Path("/openapi.json")
@Produces(MediaType.APPLICATION_JSON)
public final class OpenApiResource {
  /** The document on the class path. */
  public static final String RESOURCE = "/io/millrace/server/door/admin/openapi.json";

  @GET
  public byte[] document() {
    try (InputStream in =
        Objects.requireNonNull(
            OpenApiResource.class.getResourceAsStream(RESOURCE), "no openapi.json was built in")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read openapi.json", e);
    }
  }
}
