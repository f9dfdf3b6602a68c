/** The installed extensions and where they come from. PF4J lives here and nowhere else. */
package sluice.core.plugins;
