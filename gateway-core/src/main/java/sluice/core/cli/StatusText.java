package sluice.core.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.stream.Collectors;
import sluice.core.control.Status;

/** A {@link Status} for people. */
public final class StatusText {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  private StatusText() {}

  /** A page of text, with a line end after it. */
  public static String of(Status status) {
    return "Sluice "
        + status.version()
        + " "
        + status.state()
        + " since "
        + time(status.started())
        + ", pid "
        + status.pid()
        + ", transport "
        + status.transport()
        + (status.tls().isEmpty() ? "" : ", tls " + status.tls())
        + "\n\n"
        + listeners(status)
        + "\n"
        + pools(status);
  }

  private static String listeners(Status status) {
    Table table =
        new Table("listener", "protocol", "listens on", "pool", "#sessions", "#total", "refused");
    for (Status.Listener listener : status.listeners()) {
      table.row(
          listener.name(),
          listener.protocol(),
          addresses(listener),
          listener.pool(),
          listener.sessions(),
          listener.totalSessions(),
          refused(listener.refused()));
    }
    return table.toString();
  }

  private static String pools(Status status) {
    Table table =
        new Table(
            "backend",
            "address",
            "state",
            "since",
            "#weight",
            "#sessions",
            "#transfers",
            "#total",
            "#bytes",
            "last check");
    for (Status.Pool pool : status.pools()) {
      for (Status.Backend backend : pool.backends()) {
        table.row(
            pool.name() + "/" + backend.name(),
            backend.address(),
            state(backend),
            time(backend.since()),
            backend.weight(),
            backend.sessions(),
            backend.transfers(),
            backend.totalSessions(),
            backend.totalBytes(),
            check(pool, backend));
      }
    }
    return table.toString();
  }

  /** The addresses, and no more than three of a range. */
  static String addresses(Status.Listener listener) {
    int count = listener.addresses().size();
    return count <= 3
        ? String.join(" ", listener.addresses())
        : listener.addresses().get(0)
            + " ... "
            + listener.addresses().get(count - 1)
            + " ("
            + count
            + ")";
  }

  static String state(Status.Backend backend) {
    String will = backend.will().equals("ready") ? "" : " " + backend.will();
    return backend.state() + will + (backend.backup() ? " backup" : "");
  }

  static String check(Status.Pool pool, Status.Backend backend) {
    if (pool.check().equals("none")) {
      return "not checked";
    }
    return backend.lastCheck().isEmpty()
        ? pool.check() + ": no answer yet"
        : String.format(
            java.util.Locale.ROOT,
            "%s: %s (%.1f ms)",
            pool.check(),
            backend.lastCheck(),
            backend.lastCheckMillis());
  }

  private static String refused(Map<String, Long> refused) {
    String text =
        refused.entrySet().stream()
            .filter(reason -> reason.getValue() > 0)
            .map(reason -> reason.getKey() + " " + reason.getValue())
            .collect(Collectors.joining(", "));
    return text.isEmpty() ? "-" : text;
  }

  /** An ISO 8601 instant in the time zone of whoever reads it. */
  static String time(String instant) {
    try {
      return TIME.format(Instant.parse(instant));
    } catch (DateTimeParseException e) {
      return instant;
    }
  }
}
