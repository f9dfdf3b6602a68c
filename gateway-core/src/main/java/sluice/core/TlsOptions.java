package sluice.core;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.ServerTls;

/** The TLS that options ask for, wherever it stands in them. */
final class TlsOptions {

  private TlsOptions() {}

  /** All {@link ServerTls} and {@link ClientTls} in a record. */
  static List<Record> in(Record options) {
    List<Record> found = new ArrayList<>();
    collect(options, found);
    return found;
  }

  private static void collect(Object value, List<Record> found) {
    if (value instanceof ServerTls || value instanceof ClientTls) {
      found.add((Record) value);
    } else if (value instanceof Optional<?> optional) {
      optional.ifPresent(inner -> collect(inner, found));
    } else if (value instanceof Collection<?> all) {
      all.forEach(inner -> collect(inner, found));
    } else if (value instanceof Map<?, ?> map) {
      collect(map.values(), found);
    } else if (value instanceof Record record) {
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        try {
          component.getAccessor().setAccessible(true);
          collect(component.getAccessor().invoke(record), found);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException("cannot read " + component.getName(), e);
        }
      }
    }
  }
}
