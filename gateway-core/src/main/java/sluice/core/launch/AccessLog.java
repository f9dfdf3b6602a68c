package sluice.core.launch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.core.session.Records;

/** The access log: one JSON object per line. Its logger hands the lines to a queue. */
final class AccessLog implements Records {

  private static final Logger LOG = LogManager.getLogger("sluice.access");

  private final ObjectMapper mapper = new ObjectMapper();

  @Override
  public void write(Map<String, Object> entry) {
    try {
      LOG.info("{}", mapper.writeValueAsString(entry));
    } catch (JsonProcessingException e) {
      LogManager.getLogger(AccessLog.class).error("a record cannot be written: {}", entry, e);
    }
  }
}
