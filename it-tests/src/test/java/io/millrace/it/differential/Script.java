package io.millrace.it.differential;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of requests, read from a resource. A step begins at the left margin and goes on in
 * indented lines:
 *
 * <pre>
 * name: [@connection] [send|begin|take|await] API[[min-max]] {fields} [-&gt; name=/path, …]
 * </pre>
 *
 * Fields are lenient JSON; those that a version does not have are left out. In them {@code ~}
 * stands for the number of the run, {@code $name} for what was captured from an earlier answer.
 *
 * @param name of the resource
 */
record Script(String name, List<Step> steps) {
  private static final Pattern STEP =
      Pattern.compile(
          "(?<name>[^:]+): (@(?<connection>\\d) )?((?<kind>send|begin|take|await) )?(?<api>[A-Z_]+)"
              + "(\\[(?<min>\\d*)-(?<max>\\d*)\\])? *(?<body>\\{.*\\})( -> (?<captures>.*))?",
          Pattern.DOTALL);

  static Script read(String name) throws IOException {
    String text;
    try (InputStream in = Script.class.getResourceAsStream("/differential/" + name + ".script")) {
      text = new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
    List<Step> steps = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String part : text.replaceAll("(?m)^#.*\n|^ *\n", "").split("\n(?! )")) {
      Step step = parse(part.strip());
      if (!names.add(step.name())) {
        throw new IllegalArgumentException("two steps are called " + step.name());
      }
      steps.add(step);
    }
    return new Script(name, List.copyOf(steps));
  }

  private static Step parse(String text) {
    Matcher matcher = STEP.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a step: " + text);
    }
    Map<String, String> captures = new LinkedHashMap<>();
    for (String capture : orElse(matcher.group("captures"), "").split(",")) {
      if (!capture.isBlank()) {
        String[] parts = capture.strip().split("=");
        captures.put(parts[0], parts[1]);
      }
    }
    return new Step(
        matcher.group("name"),
        Integer.parseInt(orElse(matcher.group("connection"), "1")),
        ApiKeys.valueOf(matcher.group("api")),
        Step.Kind.valueOf(orElse(matcher.group("kind"), "ask").toUpperCase(Locale.ROOT)),
        Short.parseShort(orElse(matcher.group("min"), "0")),
        Short.parseShort(orElse(matcher.group("max"), Short.toString(Short.MAX_VALUE))),
        matcher.group("body"),
        captures);
  }

  private static String orElse(@Nullable String text, String other) {
    return text == null || text.isEmpty() ? other : text;
  }
}
