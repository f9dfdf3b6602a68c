package sluice.core.descriptor.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import sluice.core.descriptor.BindAddresses;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.bind.Component;
import sluice.core.descriptor.bind.Shape;
import sluice.core.descriptor.notation.Notations;

/** Prints a descriptor as YAML with every default filled in. Secrets print as {@code ***}. */
public final class DescriptorPrinter {

  private DescriptorPrinter() {}

  /** YAML that loads again, but for the secrets; keys in the order of the reference. */
  public static String print(Descriptor descriptor) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSchema(new CoreSchema())
            .setSplitLines(false)
            // The same value in two places is written twice, not as an alias.
            .setDereferenceAliases(true)
            .build();
    return new Dump(settings).dumpToString(record(descriptor));
  }

  /**
   * A record's keys and values as the descriptor writes them: maps, lists, text, numbers and
   * booleans. What is absent is left out.
   */
  public static Map<String, Object> record(Record record) {
    Map<String, Object> keys = new LinkedHashMap<>();
    for (Component component : new Shape.RecordOf(record.getClass()).components()) {
      Object value = value(component.valueIn(record));
      if (value != null) {
        keys.put(component.key(), value);
      }
    }
    return keys;
  }

  private static Object value(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(DescriptorPrinter::value).orElse(null);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(DescriptorPrinter::value).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> values = new LinkedHashMap<>();
      map.forEach((key, each) -> values.put(key, value(each)));
      return values;
    }
    if (value instanceof BindAddresses bind) {
      List<String> entries = entries(bind.addresses());
      return entries.size() == 1 ? entries.get(0) : entries;
    }
    return value instanceof Record record && !Notations.scalar(record.getClass())
        ? record(record)
        : scalar(value);
  }

  private static Object scalar(Object value) {
    if (value instanceof Boolean || value instanceof Double || value instanceof Float) {
      return value;
    }
    if (value instanceof Number number) {
      return number.longValue();
    }
    String text = value.toString();
    if (value instanceof Duration duration) {
      text = Notations.text(duration);
    } else if (value instanceof Enum<?> constant) {
      text = Notations.text(constant);
    } else if (value instanceof InetAddress address) {
      text = address.getHostAddress();
    }
    return text.replace("${", "$${");
  }

  // Ports that follow each other on one host are written as a range again.
  private static List<String> entries(List<InetSocketAddress> addresses) {
    List<String> entries = new ArrayList<>();
    int i = 0;
    while (i < addresses.size()) {
      InetSocketAddress first = addresses.get(i);
      int last = first.getPort();
      i++;
      while (i < addresses.size()
          && addresses.get(i).getAddress().equals(first.getAddress())
          && addresses.get(i).getPort() == last + 1) {
        last++;
        i++;
      }
      entries.add(BindAddresses.text(first) + (last == first.getPort() ? "" : "-" + last));
    }
    return entries;
  }
}
