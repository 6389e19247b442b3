#!/bin/bash
# Grades a class on a Slurm cluster: every task of the array takes a share of it, on any node that sees this folder.
#
#     sbatch deploy/slurm.sh ps08
#     sbatch --dependency=afterany:JOB --wrap "grader merge ps08"
#
# A task that died is started again alone: SHARES=16 sbatch --array=3 deploy/slurm.sh ps08; what it graded is kept.
# For GPUs add `#SBATCH --gres=gpu:1`; the GPUs that Slurm gives are the ones that are used.
#SBATCH --job-name=grader
#SBATCH --array=1-16
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=01:00:00
#SBATCH --requeue
set -euo pipefail
count=${SHARES:-$SLURM_ARRAY_TASK_MAX}
exec grader grade "$1" --shard "$SLURM_ARRAY_TASK_ID/$count" --workers "$SLURM_CPUS_PER_TASK"
