/**
 * What LLaMA-Factory would do with a dataset file, told record by record before a training run is
 * started.
 *
 * <p>Entry points: {@link dev.treadle.curation.llamafactory.DatasetEntry} reads one entry of {@code
 * dataset_info.json}, {@link dev.treadle.curation.llamafactory.LoaderEmulator} judges one row,
 * {@link dev.treadle.curation.llamafactory.DatasetCheck} judges a whole file. The rules are
 * described in {@code docs/llamafactory.md}.
 */
@NullMarked
package dev.treadle.curation.llamafactory;

import org.jspecify.annotations.NullMarked;
