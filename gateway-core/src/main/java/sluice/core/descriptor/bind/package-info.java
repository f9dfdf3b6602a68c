/**
 * Binds YAML nodes to records strictly and reports every problem at its place. The shapes that
 * records have are worked out once here, for the binder, the schema, the reference and the printer.
 */
package sluice.core.descriptor.bind;
