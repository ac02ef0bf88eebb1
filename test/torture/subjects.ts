import {busy} from './busy'
import {catalogues} from './catalogues'
import {fullDisks, readOnly} from './disks'
import {downloads} from './downloads'
import {fits, lists, saves} from './kills'
import {descriptors, memory} from './limits'
import {checkpoints, forged, models} from './models'
import {readers} from './readers'
import {refits} from './refits'
import {setUps} from './setups'
import type {Subject} from './subject'
import {threads} from './threads'
import {together} from './together'

/** Everything that is tortured, one file a subject or a few of a kind. */
export const SUBJECTS: readonly Subject[] = [
  readers,
  catalogues,
  models,
  forged,
  checkpoints,
  fits,
  saves,
  lists,
  downloads,
  setUps,
  fullDisks,
  readOnly,
  descriptors,
  memory,
  threads,
  busy,
  together,
  refits
]
