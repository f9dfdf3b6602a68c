package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.shell.Site.Result;

/** {@code gateway.sh schema}. */
class SchemaIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void printsAJsonSchemaWithTheOptionsOfThePlugins() throws IOException {
    Result result = site.sh("schema");

    assertEquals(0, result.exit(), result::toString);
    JsonNode schema = new ObjectMapper().readTree(result.out());
    assertEquals("https://json-schema.org/draft/2020-12/schema", schema.get("$schema").asText());
    assertTrue(result.out().contains("\"data-ports\""), "an option of the FTP plugin");
  }
}
