/** What tests share: record generators and a virtual clock. */
@NullMarked
package dev.treadle.testkit;

import org.jspecify.annotations.NullMarked;
