package sluice.ftp.codec;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The FEAT reply (RFC 2389 section 3.2): it shows what holds through the gateway. */
public final class Features {

  private Features() {}

  /**
   * The reply without the features that are not to be had and with those that the gateway itself
   * provides; all other lines byte for byte.
   *
   * @param reply a backend's answer to FEAT; anything but a 211 is returned as it is
   * @param hidden features of the backend that are not to be had here, in capitals
   * @param provided features of the gateway, in capitals, in order
   */
  public static Reply through(Reply reply, Set<String> hidden, List<String> provided) {
    if (reply.code() != 211) {
      return reply;
    }
    List<String> backend = reply.lines();
    List<String> lines = new ArrayList<>();
    lines.add(backend.size() > 1 ? backend.get(0) : "211-Features:");
    Set<String> missing = new LinkedHashSet<>(provided);
    String prefix = " ";
    for (int i = 1; i < backend.size() - 1; i++) {
      String line = backend.get(i);
      int start = start(line);
      String name = line.substring(start).split("[ ;\t]", 2)[0].toUpperCase(Locale.ROOT);
      if (!hidden.contains(name)) {
        missing.remove(name);
        prefix = name.isEmpty() ? prefix : line.substring(0, start);
        lines.add(line);
      }
    }
    for (String name : missing) {
      lines.add(prefix + name);
    }
    lines.add(backend.size() > 1 ? backend.get(backend.size() - 1) : "211 End");
    return new Reply(211, lines, true);
  }

  /** Where a line's feature starts: after space, or after the code in the old form. */
  private static int start(String line) {
    int start = line.startsWith("211-") ? 4 : 0;
    while (start < line.length() && line.charAt(start) <= ' ') {
      start++;
    }
    return start;
  }
}
