package sluice.dist.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/**
 * What was tried and what came of it, as Markdown: printed, and a section of {@code
 * target/matrix.md}.
 */
final class MatrixTable {
  private final String title;
  private final String legend;
  private final Set<String> columns = new LinkedHashSet<>();
  private final Map<String, Map<String, TreeSet<String>>> rows = new LinkedHashMap<>();
  private final List<String> reasons = new ArrayList<>();

  MatrixTable(String title, String legend) {
    this.title = title;
    this.legend = legend;
  }

  /** A place of the table; until something is put there it reads "not run". */
  synchronized void place(String row, String column) {
    columns.add(column);
    rows.computeIfAbsent(row, r -> new LinkedHashMap<>()).putIfAbsent(column, new TreeSet<>());
  }

  /** Several results of one place stand side by side. */
  private synchronized void put(String row, String column, String result) {
    place(row, column);
    rows.get(row).get(column).add(result);
  }

  /** Puts down what comes of a test. */
  void put(String row, String column, String mark, Executable test) throws Throwable {
    String result = "failed";
    try {
      test.execute();
      result = "ok";
    } catch (TestAbortedException e) {
      result = "skipped";
      throw e;
    } finally {
      put(row, column, mark + result);
    }
  }

  /** A combination that a client or server does not have, with the reason. */
  synchronized void impossible(String row, String column, String reason) {
    place(row, column);
    if (!reasons.contains(reason)) {
      reasons.add(reason);
    }
    rows.get(row).get(column).add("—" + (reasons.indexOf(reason) + 1));
  }

  /** Prints it and writes it into {@code target/matrix.md}. */
  synchronized void publish() {
    StringBuilder text = new StringBuilder("\n## " + title + "\n\n" + legend + "\n\n");
    text.append("| | ").append(String.join(" | ", columns)).append(" |\n");
    text.append("| --- ".repeat(columns.size() + 1)).append("|\n");
    rows.forEach(
        (row, cells) -> {
          text.append("| ").append(row);
          columns.forEach(
              column -> {
                Set<String> cell = cells.getOrDefault(column, new TreeSet<>());
                text.append(" | ").append(cell.isEmpty() ? "·" : String.join(" ", cell));
              });
          text.append(" |\n");
        });
    if (!reasons.isEmpty()) {
      text.append("\nCombinations that do not exist (—), and why:\n\n");
      for (String reason : reasons) {
        text.append(reasons.indexOf(reason) + 1).append(". ").append(reason).append('\n');
      }
    }
    System.out.println(text);
    write(text.toString());
  }

  private void write(String section) {
    Path target = Path.of(System.getProperty("sluice.home")).resolveSibling("matrix");
    try {
      Files.createDirectories(target);
      Files.writeString(target.resolve(title.replaceAll("\\W+", "-") + ".md"), section);
      try (Stream<Path> sections = Files.list(target)) {
        String all =
            sections
                .sorted()
                .map(MatrixTable::read)
                .collect(
                    Collectors.joining(
                        "", "# Real clients through the gateway to real servers\n", ""));
        Files.writeString(target.resolveSibling("matrix.md"), all);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
