/** How values are written: the notations of all scalar types, variables, and what was meant. */
package sluice.core.descriptor.notation;
