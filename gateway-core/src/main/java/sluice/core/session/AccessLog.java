package sluice.core.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Writes records as JSON, one object a line, to the logger {@code sluice.access}. The logger's
 * appender is asynchronous, so that an event loop does not wait for a disk.
 */
public final class AccessLog implements Records {

  private static final Logger LOG = LogManager.getLogger("sluice.access");

  private final JsonMapper json = new JsonMapper();

  @Override
  public void write(Map<String, Object> record) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    try {
      LOG.info(json.writeValueAsString(record));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record holds only text and numbers", e);
    }
  }
}
