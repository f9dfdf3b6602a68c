package sluice.core.descriptor.load;

import org.snakeyaml.engine.v2.nodes.Node;
import sluice.core.descriptor.bind.Findings;
import sluice.core.plugins.Extensions;

final class CrossChecks {
  CrossChecks(Extensions extensions, Findings findings) {}

  void check(Node root) {}
}
