package sluice.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ApiVersionTest {

  @Test
  void itIsTheVersionOfTheModule() {
    assertEquals(System.getProperty("sluice.version"), ApiVersion.current());
  }
}
