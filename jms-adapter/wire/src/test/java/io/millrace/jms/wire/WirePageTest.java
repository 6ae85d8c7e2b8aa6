package io.millrace.jms.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/format/jms-wire.md against the code: what frames write is compared with what the page
 * says they do.
 */
class WirePageTest {
  private final Map<String, List<String[]>> tables = readTables();

  @Test
  void describesEveryFrameAsItIsWritten() {
    for (Frame frame : Samples.ONE_OF_EACH) {
      String heading = frame.type().code() + " " + frame.type();
      List<String[]> rows = tables.get(heading);
      assertThat(rows).as("section '### %s'", heading).isNotNull();

      Trace trace = new Trace();
      frame.writeTo(trace);

      List<String> types = rows.stream().map(row -> row[1].replace("?", "")).toList();
      assertThat(types).as(heading).isEqualTo(trace.types);
      List<RecordComponent> components = List.of(frame.getClass().getRecordComponents());
      List<String> names = rows.stream().map(row -> row[0]).filter(n -> !n.contains("[]")).toList();
      assertThat(names).as(heading).isEqualTo(components.stream().map(c -> c.getName()).toList());
      for (RecordComponent component : components) {
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        String type =
            rows.stream().filter(r -> r[0].equals(component.getName())).toList().get(0)[1];
        assertThat(type.endsWith("?"))
            .as("%s %s", heading, component.getName())
            .isEqualTo(nullable);
      }
    }
  }

  @Test
  void listsNoFrameThatDoesNotExist() {
    List<String> types = Arrays.stream(FrameType.values()).map(t -> t.code() + " " + t).toList();

    assertThat(tables.keySet().stream().filter(h -> h.matches("\\d+ .*"))).hasSameElementsAs(types);
  }

  @Test
  void listsTheCodesOfEveryEnumeration() {
    assertCodes("Kind of destination (`kind`)", DestinationKind.values(), DestinationKind::code);
    assertCodes("Consumer mode (`mode`)", ConsumerMode.values(), ConsumerMode::code);
    assertCodes("Outcome (`outcome`)", Outcome.values(), Outcome::code);
    assertCodes("Default body (`bodyDefault`)", BodyDefault.values(), BodyDefault::code);
    assertCodes("Error (`code`)", ErrorCode.values(), ErrorCode::code);
  }

  private <E> void assertCodes(String heading, E[] values, ToIntFunction<E> code) {
    List<String> expected = Arrays.stream(values).map(v -> code.applyAsInt(v) + " " + v).toList();
    List<String[]> rows = tables.get(heading);
    assertThat(rows).as(heading).isNotNull();
    assertThat(rows.stream().map(r -> r[0] + " " + r[1])).as(heading).isEqualTo(expected);
  }

  /** The rows of each section that has a table, by the section's heading. */
  private static Map<String, List<String[]>> readTables() {
    Map<String, List<String[]>> tables = new LinkedHashMap<>();
    String heading = "";
    for (String line : page()) {
      if (line.startsWith("#")) {
        heading = line.replaceFirst("#+ ", "");
        if (heading.matches("\\d+ .*")) {
          tables.put(heading, new ArrayList<>());
        }
      } else if (line.startsWith("| ") && !line.endsWith("| meaning |")) {
        String[] cells = line.substring(2).split(" \\| ", 3);
        tables.computeIfAbsent(heading, h -> new ArrayList<>()).add(cells);
      }
    }
    return tables;
  }

  private static List<String> page() {
    try {
      return Files.readAllLines(Path.of("../../docs/format/jms-wire.md"));
    } catch (IOException missing) {
      throw new AssertionError("docs/format/jms-wire.md", missing);
    }
  }

  /** Notes the types of the fields as they are written. */
  private static final class Trace implements FieldSink {
    final List<String> types = new ArrayList<>();

    @Override
    public void u8(int value) {
      types.add("u8");
    }

    @Override
    public void u16(int value) {
      types.add("u16");
    }

    @Override
    public void u32(int value) {
      types.add("u32");
    }

    @Override
    public void u64(long value) {
      types.add("u64");
    }

    @Override
    public void string(@Nullable String value) {
      types.add("string");
    }

    @Override
    public void bytes(ByteBuffer value) {
      types.add("bytes");
    }

    @Override
    public void bool(boolean value) {
      types.add("bool");
    }

    @Override
    public void uuid(UUID value) {
      types.add("uuid");
    }

    @Override
    public <T> void list(List<T> values, BiConsumer<T, FieldSink> element) {
      types.add("list");
      element.accept(values.get(0), this);
    }
  }
}
