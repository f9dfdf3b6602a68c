package sluice.core.session;

import java.util.Map;

/** Where the records of sessions and transfers go. Called on event loops; must not block. */
@FunctionalInterface
public interface Records {

  /**
   * Takes one record.
   *
   * @param record field names and values (text, numbers), in the order to be written
   */
  void write(Map<String, Object> record);
}
