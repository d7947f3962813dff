#!/usr/bin/env bash
# A Slurm of one node on the loopback interface, for tests: slurm.sh up|down FOLDER
#
# Needs root, and Debian's packages slurmctld, slurmd, slurm-client and munge. There is no
# accounting database and no cgroup: memory limits are scheduled by and not enforced.
set -euo pipefail
folder=${2:?a folder}
node=$(hostname -s)

up() {
  mkdir -p "$folder/state" "$folder/spool"
  cat > "$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
MinJobAge=3600
KillWait=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=${MEMORY_MB:-16000} State=UNKNOWN
PartitionName=main Nodes=$node Default=YES MaxTime=1-00:00:00 State=UP
CONF
  # Jobs lose SLURM_CONF on their way, so the configuration stands where Slurm looks by itself.
  ln -sfn "$folder/slurm.conf" /etc/slurm/slurm.conf
  install -d -o munge -g munge -m 0755 /run/munge
  [ -S /run/munge/munge.socket.2 ] || { runuser -u munge -- munged; touch "$folder/munge"; }
  slurmctld
  slurmd
  for _ in $(seq 100); do
    [ "$(sinfo -h -o %T)" != idle ] || return 0
    sleep 0.2
  done
  echo "the node is not idle: $(sinfo -h -o '%T %E')" >&2
  return 1
}

down() {
  scancel --user=root || true
  files=("$folder/slurmd.pid" "$folder/slurmctld.pid")
  [ ! -e "$folder/munge" ] || files+=(/run/munge/munged.pid)
  for file in "${files[@]}"; do
    [ ! -f "$file" ] || kill "$(cat "$file")" || true
    for _ in $(seq 50); do [ -f "$file" ] || break; sleep 0.2; done
  done
  [ "$(readlink /etc/slurm/slurm.conf)" != "$folder/slurm.conf" ] || rm /etc/slurm/slurm.conf
}

"${1:?up or down}"
