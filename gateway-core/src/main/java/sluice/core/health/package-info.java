/** Health: probes, rise and fall. It tells the pools what is true, on change. */
package sluice.core.health;
