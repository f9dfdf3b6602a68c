package sluice.core.descriptor.load;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import sluice.core.descriptor.Problem;
import sluice.core.descriptor.bind.Place;

/** Says what the YAML parser did not like, and what is most often the reason. */
final class YamlProblem {

  private YamlProblem() {}

  private static Optional<Mark> mark(MarkedYamlEngineException e) {
    return e.getProblemMark().or(e::getContextMark);
  }

  static Place place(MarkedYamlEngineException e) {
    return mark(e)
        .map(mark -> new Place(Problem.DOCUMENT, mark.getLine() + 1, mark.getColumn() + 1))
        .orElse(Place.DOCUMENT);
  }

  static String message(MarkedYamlEngineException e, String text) {
    StringBuilder message = new StringBuilder("this is not YAML: ");
    if (e.getContext() != null) {
      message.append(e.getContext()).append(", ");
    }
    message.append(
        e.getProblem()
            .replaceAll("undefined alias.*", "an alias without its anchor")
            .replaceAll("\\.? ?\\(Do not use .*", ""));
    String line = mark(e).map(mark -> line(text, mark.getLine())).orElse("");
    if (line.startsWith("\t") || line.stripTrailing().matches(" *\t.*")) {
      message.append("; indent with blanks, not with tabs");
    } else if (line.matches(".*:\\s+[\\[*&!%@`].*")) {
      message.append("; put text that begins with a special character in quotes");
    } else if (line.contains("${")) {
      message.append("; put text with ${...} in quotes");
    }
    return message.toString();
  }

  private static String line(String text, int index) {
    return text.lines().skip(index).findFirst().orElse("");
  }
}
